"""Gradients through time, measured: how much arrives where, and what takes the rest.

Read flow.py first: the gradient that arrives at each step.

    watching.py     runs the recurrent layers of any model on cells that record every step
    itemised.py     which loss reaches which step
    jacobians.py    the Jacobian of one step, in closed form
    products.py     products of Jacobians over many steps
    starts.py       new layers that begin in different ways, side by side
"""
