"""Gradients through time, measured: how much arrives where, and what takes the rest.

watching.py looks into any recurrent layer; flow.py and itemised.py measure what arrives at each
step, jacobians.py and products.py what one step and many steps do to it, starts.py compares new
layers.
"""
