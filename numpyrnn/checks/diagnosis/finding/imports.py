"""What a student's file may import: the real library, its neighbours, or a stand-in.

A file named random.py beside the student's disturbs nothing: names of the standard library, NumPy,
matplotlib and this package are always the real ones. All others are looked for beside the file and
up to two folders above it, then among the stand-ins of the course and what is installed. What is
nowhere is stood in for (missing.py). Libraries that import see nothing of all this.
"""

from __future__ import annotations

import ast
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
    SourcelessFileLoader,
)
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from numpyrnn.checks.diagnosis.calling.guarded import theirs
from numpyrnn.checks.diagnosis.finding.missing import open_ended, placeholder
from numpyrnn.checks.diagnosis.finding.reading import decoded
from numpyrnn.checks.diagnosis.finding.script import (
    optional_imports,
    parts_of_packages,
    without_training,
)
from numpyrnn.checks.diagnosis.watch import Watch

REAL = {"numpy", "numpyrnn", "matplotlib", "mpl_toolkits", *sys.stdlib_module_names}
# Packages whose paths are the folder two above the file, one above, and its own: the file is in
# the last one, so that `from ..common import x` finds its way.
PACKAGES = ("diagnosed", "diagnosed.above", "diagnosed.above.here")


class Finder(MetaPathFinder):
    """Finds modules for the file in `folder`; `missing` are those that are nowhere.

    The time that an installed library takes to be loaded is not the student's.
    """

    def __init__(
        self, folder: Path, stand_ins: Mapping[str, ModuleType],
        watch: Watch | None = None,
    ):
        self.folders = [folder, *list(folder.parents)[:2]]
        self.stand_ins, self.watch = stand_ins, watch or Watch()
        self.missing: list[str] = []
        self.optional: set[str] = set()  # imports that the code itself can do without
        self.wanted: set[str] = set()  # what it imports out of packages
        self.neighbours: set[str] = set()
        self.kept: dict[str, ModuleType] = {}
        self.path: list[str] = []
        self.asking = False
        self._inside: dict[str, FileFinder] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if self.asking or not theirs(_importer()):
            return None
        if name.partition(".")[0] in REAL:
            return self._installed(name, path)
        spec = self._beside(name, path) or self._stood_in(name)
        if spec is None:
            spec = self._installed(name, path)
            if spec is not None or self._optional(name):
                return spec
            shown = self._shown(name)
            self.missing.append(shown)
            spec = ModuleSpec(name, _Given(placeholder(shown)), is_package=True)
        self.neighbours.add(name)
        return spec

    @property
    def package(self) -> str:
        """The package that relative imports of the file look into."""
        return PACKAGES[-1]

    def read(self, tree: ast.Module) -> None:
        """Look through the imports of a file of the student's before it runs."""
        self.optional |= optional_imports(tree)
        self.wanted |= parts_of_packages(tree)

    def is_beside(self, name: str) -> bool:
        """Whether a module of this name would be the student's own."""
        return name.partition(".")[0] not in REAL and self._beside(name, None) is not None

    def _beside(self, name: str, path: Any) -> ModuleSpec | None:
        """A file of the student's, or a folder with such files."""
        if path is None:
            added = [entry for entry in sys.path if entry not in self.path]
            folders = [*map(str, self.folders), *map(str, map(Path, added))]
        else:
            folders = [entry for entry in path if theirs(entry)]
        for folder in folders:
            if folder not in self._inside:
                self._inside[folder] = FileFinder(
                    folder, (ExtensionFileLoader, EXTENSION_SUFFIXES),
                    (cast(Any, partial(Neighbour, self)), SOURCE_SUFFIXES),
                    (SourcelessFileLoader, BYTECODE_SUFFIXES),
                )
            spec = self._inside[folder].find_spec(name)
            if spec is not None and (
                spec.loader is not None or self._has_part(spec, name if path is None else "")
            ):
                return spec
        return None

    def _has_part(self, spec: ModuleSpec, top: str) -> bool:
        """Whether a folder without __init__.py has what is imported out of it.

        A student's folder may be called torch and hold no more than the file that is judged.
        """
        names = [name.partition(".")[2] for name in self.wanted if name.startswith(f"{top}.")]
        files = [part for name in names for part in (f"{name}.py", f"{name}/*.py") if name]
        return any(
            next(Path(folder).glob(file), None) for folder in spec.submodule_search_locations or ()
            for file in (files if top else ("*.py", "*/*.py"))
        )

    def _stood_in(self, name: str) -> ModuleSpec | None:
        """A module that the course has for those who lack it."""
        shown = self._shown(name)
        for known, module in self.stand_ins.items():
            if shown == known or (shown != name and known.endswith(f".{shown}")):
                return ModuleSpec(name, _Given(open_ended(module)), is_package=True)
        if any(known.startswith(f"{shown}.") for known in self.stand_ins):
            return ModuleSpec(name, _Given(ModuleType(shown)), is_package=True)
        return None

    def _installed(self, name: str, path: Any) -> ModuleSpec | None:
        """What the usual finders know."""
        self.asking = True
        try:
            for finder in sys.meta_path:
                spec = None if finder is self else finder.find_spec(name, path)
                if spec is not None:
                    if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                        spec.loader = _Library(spec.loader, self.watch)
                    return spec
        except (ImportError, AttributeError, ValueError):
            pass
        finally:
            self.asking = False
        return None

    def _optional(self, name: str) -> bool:
        return name in self.optional or any(
            name.endswith(other) for other in self.optional if other.startswith(".")
        )

    def _shown(self, name: str) -> str:
        """The module's name as the student wrote it."""
        for package in reversed(PACKAGES):
            if name.startswith(f"{package}."):
                return name.removeprefix(f"{package}.")
        return name


class Neighbour(SourceFileLoader):
    """Loads a file beside the student's as it would be imported, but for loops that train."""

    def __init__(self, finder: Finder, name: str, path: str):
        super().__init__(name, path)
        self.finder = finder

    def path_stats(self, path: Any) -> Any:
        raise OSError("what stands in a __pycache__ was made of the whole file")

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        tree = ast.parse(decoded(data), str(path))
        self.finder.read(tree)
        without_training(tree)
        return compile(tree, str(path), "exec", dont_inherit=True, optimize=_optimize)


class _Given(Loader):
    """Loads what is there already."""

    def __init__(self, module: ModuleType):
        self.module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self.module.__path__ = []
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do."""


class _Library(Loader):
    """Loads as `loader` does, and takes no time of the student's."""

    def __init__(self, loader: Any, watch: Watch):
        self.loader, self.watch = loader, watch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        with self.watch.paused(), _no_alarm():
            self.loader.exec_module(module)
        self.watch.loaded(module)


@contextmanager
def importing(finder: Finder, module: ModuleType) -> Iterator[None]:
    """The file's imports are found while it runs; its neighbours are forgotten afterwards."""
    hidden = {name: loaded for name, loaded in sys.modules.items() if finder.is_beside(name)}
    for name in hidden:
        del sys.modules[name]
    finder.path = path = list(sys.path)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.meta_path.insert(0, finder)
    own = {module.__name__: module, **_packages(finder), **_as_neighbour(finder, module)}
    sys.modules.update(own | finder.kept)
    try:
        yield
    finally:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)
        sys.path[:] = path
        sys.dont_write_bytecode = written
        for name in [*own, *finder.neighbours]:
            made = sys.modules.pop(name, None)
            if name in finder.neighbours and made is not None:
                finder.kept[name] = made
        sys.modules.update(hidden)


def _packages(finder: Finder) -> dict[str, ModuleType]:
    """The packages that relative imports of the file look into."""
    made = {}
    for name, folder in zip(reversed(PACKAGES), finder.folders, strict=False):
        made[name] = ModuleType(name)
        made[name].__path__ = [str(folder)]
    return made


def _as_neighbour(finder: Finder, module: ModuleType) -> dict[str, ModuleType]:
    """The file itself under its own name, for a neighbour that imports it in its turn."""
    path = Path(str(module.__file__))
    if path.stem in REAL or path.resolve().parent != finder.folders[0]:
        return {}
    return {path.stem: module, f"{PACKAGES[-1]}.{path.stem}": module}


def _importer() -> str:
    """The file of the code that imports."""
    frame = sys._getframe(2)
    while frame.f_back is not None and (
        "importlib" in frame.f_code.co_filename or frame.f_code.co_filename == __file__
    ):
        frame = frame.f_back
    return frame.f_code.co_filename


@contextmanager
def _no_alarm() -> Iterator[None]:
    """The limit on a statement (statements.py) waits."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        if left:
            signal.setitimer(signal.ITIMER_REAL, left)
