"""What a student's file may import: the real library, its neighbours, or a stand-in.

A file named random.py beside the student's disturbs nothing: names of the standard library, NumPy
and this package are always the real ones. All others are looked for beside the file and up to two
folders above it, then among what is installed. What is nowhere is stood in for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from numpyrnn.checks.diagnosis.cannot import CannotRun

REAL = {"numpy", "numpyrnn", "matplotlib", "scipy", "tqdm", "mpl_toolkits"}


class Finder(MetaPathFinder):
    """Finds modules for the file in `folder`; `missing` are those that are nowhere."""

    def __init__(self, folder: Path | None, stand_ins: Mapping[str, ModuleType]):
        self.folders = [] if folder is None else [folder, *list(folder.parents)[:2]]
        self.stand_ins = stand_ins
        self.missing: list[str] = []
        self.seen: set[str] = set()
        self.quiet = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        top = name.partition(".")[0]
        if self.quiet or top in sys.stdlib_module_names or top in REAL:
            return None
        if path is None or top in self.seen:
            for folder in self.folders if path is None else []:
                spec = PathFinder.find_spec(name, [str(folder)])
                if spec is not None and spec.origin is not None:
                    self.seen.add(top)
                    return spec
            if path is not None:
                spec = PathFinder.find_spec(name, path)
                if spec is not None:
                    return spec
        if name in self.stand_ins:
            self.seen.add(top)
            return ModuleSpec(name, _Given(self.stand_ins[name]), is_package=True)
        if self._elsewhere(name, path):
            return None
        self.missing.append(name)
        self.seen.add(top)
        return ModuleSpec(name, _Given(placeholder(name)), is_package=True)

    def _elsewhere(self, name: str, path: Any) -> bool:
        """Whether the usual finders know it."""
        self.quiet = True
        try:
            return any(
                finder.find_spec(name, path) is not None
                for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec")
            )
        except (ImportError, AttributeError, ValueError):
            return False
        finally:
            self.quiet = False


class _Given(Loader):
    """Loads what is there already."""

    def __init__(self, module: ModuleType):
        self.module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self.module.__path__ = []
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do."""


class Missing:
    """What came from a module that is not here; using it raises a sentence."""

    def __init__(self, name: str, module: str):
        self._name, self._module = name, module

    def _stop(self, *args: Any, **kwargs: Any) -> Any:
        raise CannotRun(
            "unjudged", f"{self._name} comes from {self._module}, which is not here: put that "
            "file beside yours, or install it.",
        )

    __call__ = __iter__ = __len__ = __getitem__ = _stop
    __add__ = __mul__ = __array__ = _stop

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}", self._module)


def placeholder(name: str) -> ModuleType:
    """A module that has every name: those that everybody means the same by, else `Missing`."""
    from numpyrnn.checks.diagnosis.courses.stand_ins import functions

    (made,) = functions([name]).values()

    def missing(word: str) -> Any:
        if word.startswith("__"):
            raise AttributeError(word)
        return Missing(word, name)

    made.__getattr__ = missing  # type: ignore[method-assign]
    return made


@contextmanager
def importing(finder: Finder, module: ModuleType) -> Iterator[None]:
    """The file's imports are found while it runs; its neighbours are forgotten afterwards."""
    before = dict(sys.modules)
    hidden = {n: m for n, m in sys.modules.items()
              if _beside(n, finder) and n.partition(".")[0] not in REAL}
    for name in hidden:
        del sys.modules[name]
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.meta_path.insert(0, finder)
    sys.modules[module.__name__] = module
    kept: dict[str, ModuleType] = vars(module).setdefault("__neighbours__", {})
    sys.modules.update(kept)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.dont_write_bytecode = written
        for name in set(sys.modules) - set(before):
            if name.partition(".")[0] in finder.seen or name == module.__name__:
                made = sys.modules.pop(name)
                if name != module.__name__:
                    kept[name] = made
        sys.modules.update(hidden)


def _beside(name: str, finder: Finder) -> bool:
    """Whether a module that is loaded already has the name of a file beside the student's."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or not finder.folders:
        return False
    folder = finder.folders[0]
    return (folder / f"{top}.py").exists() or (folder / top / "__init__.py").exists()

