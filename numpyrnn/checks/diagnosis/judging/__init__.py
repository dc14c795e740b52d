"""Are the gradients right? And if not: where, and why."""
