import numpy as np


def tanh(a):
    return (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))


def tanh_slope(y):
    """y = tanh(a)"""
    return 1 - y ** 2
