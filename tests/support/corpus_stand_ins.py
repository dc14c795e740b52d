"""What courses lend to their students' files: small modules in own words, for the witness only."""

import sys
from types import ModuleType

import numpy as np

TEXT = "one two three, and a four: hello world.\n" * 4
MODULES = {
    "activation": "classes", "nn.activation": "classes", "mytorch.nn.activation": "classes",
    "rnn_utils": "functions", "common.np": "functions", "common.functions": "functions",
    "common.layers": "functions", "common.config": "functions",
}
TOPS = {name.partition(".")[0] for name in MODULES}


class Activation:
    """Keeps its value; its slope is written by the value."""

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.A = self.state = self.value(x)
        return self.A

    def derivative(self, state=None):
        return self.slope(self.A if state is None else state)

    def backward(self, dA, state=None):
        return dA * self.derivative(state)


class Tanh(Activation):
    value = staticmethod(np.tanh)
    slope = staticmethod(lambda a: 1 - a * a)


class Sigmoid(Activation):
    value = staticmethod(lambda x: 1 / (1 + np.exp(-x)))
    slope = staticmethod(lambda a: a * (1 - a))


def softmax(x):
    """Over the rows' elements, but down the columns for those who keep features first."""
    e = np.exp(x - np.max(x, axis=0))
    return e / e.sum(axis=0)


NAMES = {
    "classes": {"np": np, "Activation": Activation, "Tanh": Tanh, "Sigmoid": Sigmoid},
    "functions": {"np": np, "sigmoid": Sigmoid.value, "softmax": softmax, "GPU": False},
}


def lent_to(folder):
    """The modules that a folder does not bring itself, by name, and the packages they stand in."""
    lent = {}
    for name, kind in MODULES.items():
        parts = name.split(".")
        if (folder / parts[0]).is_dir() or (folder / f"{parts[0]}.py").is_file():
            continue
        for i in range(1, len(parts)):
            lent.setdefault(".".join(parts[:i]), ModuleType(".".join(parts[:i])))
        lent[name] = ModuleType(name)
        vars(lent[name]).update(NAMES[kind])
    return lent


def neighbour(name, folder):
    """True if a loaded module belongs to one student: lent, or from the folder."""
    if name.partition(".")[0] in TOPS:
        return True
    return str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder))
