import numpy as np


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum(axis=0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))
