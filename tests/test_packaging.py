"""What a newcomer installs: light to import, complete, and free of one machine's traces."""

import ast
import configparser
import inspect
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from support.paths import ROOT

import numpyrnn

HEAVY = {"matplotlib", "tqdm", "torch", "jax", "keras"}

# Joined here, so that this file does not contain what it looks for.
TRACES = ["".join(parts).encode() for parts in [
    ("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/opt/", "pypi"),
    ("pypi.", "org"), ("python", "hosted.org"), ("npmjs.", "org"), ("deb.", "debian.org"),
]]  # fmt: skip

AFTERWARDS = {
    "nothing": "None",
    "every public name": "[getattr(numpyrnn, name) for name in numpyrnn.__all__]",
    "every module": "[importlib.import_module(module.name) for module in "
    "pkgutil.walk_packages(numpyrnn.__path__, 'numpyrnn.')]",
}


@pytest.mark.parametrize("step", AFTERWARDS.values(), ids=AFTERWARDS)
def test_import_loads_nothing_heavy(step):
    script = f"import importlib, pkgutil, sys, numpyrnn; {step}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert HEAVY.isdisjoint(ran.stdout.split())


@pytest.mark.parametrize("name", numpyrnn.__all__)
def test_every_public_name_exists_and_explains_itself(name):
    thing = getattr(numpyrnn, name)
    if inspect.isclass(thing):
        text = vars(thing).get("__doc__")  # its own, not that of a base class
    elif inspect.isroutine(thing) or inspect.ismodule(thing):
        text = inspect.getdoc(thing)
    else:
        return  # a constant has the docstring of its type
    assert text and text.strip()
    assert not text.startswith(f"{name}("), "the docstring that a namedtuple or dataclass writes"


def test_public_names_are_told_apart_and_listed_by_dir():
    assert len(set(numpyrnn.__all__)) == len(numpyrnn.__all__)
    assert set(numpyrnn.__all__) <= set(dir(numpyrnn))


def test_version_is_told_the_same_everywhere():
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert numpyrnn.__version__ == config["metadata"]["version"]
    try:
        installed = metadata.version("numpyrnn")
    except metadata.PackageNotFoundError:
        return  # run from the tree
    assert numpyrnn.__version__ == installed


def test_every_folder_with_modules_is_a_package():
    folders = {module.parent for module in (ROOT / "numpyrnn").rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_file_carries_traces_of_the_machine_it_was_written_on():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    assert files
    traces = [
        f"{file.relative_to(ROOT)}: {trace.decode()}"
        for file in files
        if file.is_file()
        for trace in TRACES
        if trace in file.read_bytes()
    ]
    assert traces == []


def test_what_an_editor_reads_is_what_is_imported():
    source = Path(numpyrnn.__file__).read_text(encoding="utf-8")
    (block,) = (node for node in ast.parse(source).body if isinstance(node, ast.If))
    read = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert read == {name: f"numpyrnn.{home}" for name, home in numpyrnn._HOME.items()}
