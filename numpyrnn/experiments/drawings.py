"""The figures of a result, each drawn when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


class Drawings(Mapping[str, Any]):
    """Figures by name; each access draws one anew, so that one which fails costs no other."""

    def __init__(self, functions: Mapping[str, Callable[[], Any]]):
        self._functions = dict(functions)

    def __getitem__(self, name: str) -> Any:
        return self._functions[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def __repr__(self) -> str:
        return f"Drawings({', '.join(self)})"
