"""Numeric derivatives of a subject: which method can be trusted, and with which error bar.

noise.py            real differences with an error bar
differentiator.py   how derivatives are taken, by the complex step or by differences
trust.py            the complex step, if real differences confirm it
kinks.py            elements where there is no derivative
elements.py         tensors element by element, within a budget of time
projections.py      large tensors along random directions; places.py names their wrong rows
rounding.py         how far the derivatives are off where something inside is float32
"""
