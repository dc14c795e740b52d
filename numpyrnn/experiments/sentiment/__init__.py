"""Five models on the same labelled texts, side by side."""
