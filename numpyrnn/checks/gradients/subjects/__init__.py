"""What is checked: a layer (layer.py) or a function (function.py), made into a loss over arrays."""
