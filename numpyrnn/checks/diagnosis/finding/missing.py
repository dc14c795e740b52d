"""What stands in for a module that is not here."""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.courses.stand_ins import functions, sigmoid


class Missing:
    """A name of a module that is not here: it can be handed about, and using it raises a sentence.

    As a decorator it changes nothing, as a base class it adds nothing, and nothing is an instance
    of it: a function of the file that does not need it can be judged.
    """

    __array_ufunc__ = None  # array * missing asks Missing

    def __init__(self, name: str, module: str):
        self._name, self._module = name, module

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], FunctionType | type):
            return args[0]
        if not args:  # @jit(nopython=True), no_grad()
            return Missing(f"{self._name}()", self._module)
        return self._stop()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}", self._module)

    def __getitem__(self, key: Any) -> Any:  # annotations: Float[Array, "n h"]
        return Missing(f"{self._name}[]", self._module)

    def __or__(self, other: Any) -> Any:
        return self

    def __mro_entries__(self, bases: Any) -> tuple[()]:
        return ()

    def __instancecheck__(self, value: Any) -> bool:
        return False

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *raised: Any) -> None:
        return None

    def _stop(self, *args: Any, **kwargs: Any) -> Any:
        raise ModuleNotFoundError(
            f"{self._name} comes from {self._module}, which is not here; put that file beside "
            "yours, or install it"
        )

    __ror__ = __or__
    __iter__ = __len__ = __float__ = __int__ = __index__ = __array__ = _stop
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = __rmatmul__ = _stop
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __neg__ = __setitem__ = __contains__ = _stop
    __lt__ = __gt__ = __le__ = __ge__ = _stop


def placeholder(name: str) -> ModuleType:
    """A module that has every name: those that everybody means the same by, else `Missing`."""
    (made,) = functions([name]).values()
    vars(made).update(numpy=np, expit=sigmoid)
    return open_ended(made)


def open_ended(module: ModuleType) -> ModuleType:
    """The module, with `Missing` under every name that it lacks."""
    name = module.__name__

    def missing(word: str) -> Any:
        if word.startswith("__"):
            raise AttributeError(word)
        return Missing(word, name)

    vars(module).setdefault("__getattr__", missing)
    return module
