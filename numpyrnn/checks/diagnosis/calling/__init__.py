"""Their arrays and ours: how a student's functions are called, whatever their conventions."""
