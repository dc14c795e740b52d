"""A student's file is read and run so that its functions are found, whatever else stands in it."""

import ast
import signal
import sys
import warnings
from contextlib import contextmanager

import numpy as np
import pytest

from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding import statements
from numpyrnn.checks.diagnosis.finding.reading import decoded
from numpyrnn.checks.diagnosis.finding.script import optional_imports
from numpyrnn.checks.diagnosis.finding.source import importable, run_source
from numpyrnn.checks.diagnosis.watch import Watch

HALF = "def half(x):\n    return x / 2\n"


@pytest.fixture
def folder(tmp_path):
    """Writes files by name into a folder; the main one comes back run."""
    def run(text, main="mine.py", options=None, **files):
        for name, content in {**files, main: text}.items():
            path = tmp_path / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run_source(tmp_path / main, **options or {})

    return run


# What is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data", "words"), [
    ("mine.ipynb", b"{}", "got a notebook; save it as a script"),
    ("mine.txt", b"x = 1", "got something else; numpyrnn diagnose --template"),
    ("mine.py", b"x\0", "got something else"),
    ("mine.py", HALF.encode("utf-16"), "got UTF-16, as PowerShell's > writes it"),
    ("gone.py", None, "but there is none; numpyrnn diagnose --template"),
    (".", None, "got a directory; name a file in it"),
])
def test_what_is_no_python_file_is_refused_with_a_cure(tmp_path, name, data, words):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match="expected") as raised:
        run_source(tmp_path / name)
    assert words in str(raised.value)


@pytest.mark.parametrize("data", [
    b"\xef\xbb\xbf" + HALF.encode(), HALF.replace("    ", "\t").encode(),
    HALF.replace("\n", "\r\n").encode(), HALF.replace("\n", "\r").encode(),
    ("# größe\n" + HALF).encode("latin-1"),
    ("# -*- coding: latin-1 -*-\n# größe\n" + HALF).encode("latin-1"),
    ("# coding: nothing\n" + HALF).encode(),
])
def test_files_as_students_save_them(folder, data):
    source = folder(data)
    assert source.names["half"](3) == 1.5 and source.notes == []


def test_line_ends_and_marks_at_the_beginning_are_gone():
    assert decoded(b"\xef\xbb\xbfa\r\nb\rc") == "a\nb\nc"
    assert decoded("größe".encode("latin-1")) == decoded("größe".encode()) == "größe"


# What does not run --------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "words"), [
    ("\n\n\nx = 1/0\n", "mine.py does not run: ZeroDivisionError in line 4: division by zero."),
    ("x = 1\ndef f(:\n", "mine.py does not run: SyntaxError in line 2: invalid syntax."),
    ("import sys\nsys.exit(3)\n",
     "mine.py does not run: SystemExit in line 2: take the exit() out."),
    ("x = y\n", "mine.py does not run: NameError in line 1: name 'y' is not defined."),
])
def test_a_file_without_a_function_that_stops_does_not_run(folder, text, words):
    with pytest.raises(CannotRun) as raised:
        folder(text)
    assert (raised.value.status, raised.value.headline) == ("unjudged", words)


def test_a_file_that_only_imports_its_functions_is_no_file_without_functions(folder):
    source = folder("from part import half\nx = 1/0\n", part_py=HALF)
    assert source.names["half"](4) == 2
    assert source.notes == ["Line 2 is skipped: ZeroDivisionError: division by zero."]


def test_what_stops_is_skipped_once_with_what_needs_it(folder):
    source = folder(
        HALF + 'data = open("input.txt").read()\nchars = set(data)\nn = len(chars)\n'
        'print("")\nother = half(None)\na, b = 1\nc = b\nd = [][0]\ne = {}[0]\n'
    )
    assert source.notes == [
        "Line 3 is skipped: FileNotFoundError: input.txt; so are 2 lines after it that need it.",
        "Line 7 is skipped: TypeError in line 2: unsupported operand type(s) for /: 'NoneType' and "
        "'int'.",
        "Line 8 is skipped: TypeError: cannot unpack non-iterable int object; so is 1 line after "
        "it that needs it.",
        "Skipped too: lines 10, 11.",
    ]


def test_a_long_message_is_cut_after_its_first_sentence_and_paths_are_left_out(folder):
    source = folder(HALF + "x = np.float(1)\nfrom part import thirds\n".replace("np", "numpy")
                    .join(["import numpy\n", ""]), part_py="x = 1\n")
    assert source.notes == [
        "Line 4 is skipped: AttributeError: module 'numpy' has no attribute 'float'.",
        "Line 5 is skipped: ImportError: cannot import name 'thirds' from 'part'.",
    ]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no signals")
def test_a_statement_that_does_not_end_is_skipped(folder, monkeypatch):
    monkeypatch.setattr(statements, "SECONDS", 0.05)
    before = signal.getsignal(signal.SIGALRM)
    source = folder(HALF + "for i in iter(int, 1):\n    try:\n        i\n    except Exception:\n"
                    "        pass\nx = 1\n")
    assert source.notes == ["Line 3 is skipped: it did not end within 0.05 s."]
    assert source.names["x"] == 1 and signal.getsignal(signal.SIGALRM) is before


def test_a_line_can_be_skipped_by_wish_and_each_line_is_told(folder):
    lines = []

    class Told(Watch):
        def line(self, number):
            lines.append(number)

    source = folder(HALF + "x = 1\ny = x\n", options=dict(without={3: "it bites"}, watch=Told()))
    assert source.notes == ["Line 3 is skipped: it bites; so is 1 line after it that needs it."]
    assert lines == [None, 3, 4, None]


# Scripts ------------------------------------------------------------------------------------------

SCRIPT = """
def step(h):
    return h / 2

def forward(h):
    for t in range(3):
        h = step(h)
    return h

def loss(h):
    return sum([forward(h) for k in range(2)])

class Model:
    def fit(self):
        while True:
            step(1)

def train():
    for k in iter(int, 1):
        loss(k)

def main():
    while True:
        train()
"""
LINE = len(SCRIPT.splitlines()) + 2  # the one after it


@pytest.mark.parametrize("code", [
    "while True:\n    pass", "for i in iter(int, 1):\n    step(i)", "main()", "Model().fit()",
    "print([main() for i in range(2)])", "for i in iter(int, 1): loss(i)", "losses = train()",
    "losses, best = [train() for i in range(2)], 0",
])
def test_loops_that_train_are_skipped(folder, code):
    script = f"{SCRIPT}\n{code}\n"
    assert folder(script).notes == [f"Line {LINE} is skipped: a loop of the script."]


@pytest.mark.parametrize("frame", [
    "if True:\n    {}", "try:\n    {}\nexcept KeyboardInterrupt:\n    pass",
    "with open(__file__) as file:\n    {}",
    "if 0:\n    pass\nelse:\n    {}",
])
def test_loops_that_train_are_skipped_inside_of_others(folder, frame):
    source = folder(f"{SCRIPT}\n{frame.format('x = 2; main()')}\n")
    assert source.names["x"] == 2 and "a loop of the script" in source.notes[0]


def test_what_trains_can_be_needed_by_what_is_skipped_without_a_word(folder):
    source = folder(f"{SCRIPT}\nlosses = main()\nprint(losses)\nwhile True:\n    pass\n")
    assert source.notes == [f"Lines {LINE} and {LINE + 2} are skipped: loops of the script."]


@pytest.mark.parametrize(("code", "value"), [
    ("x = {}\nfor i in range(3):\n    x[i] = 2 * i\nx = x[2]", 4), ("x = forward(8)", 1),
    ("x = step(8)", 4), ("x = [step(k) for k in range(3)][2]", 1),
    ("x = 0\nclass A: x = 5\nfor k in range(2):\n    x = A()\nx = x.x", 5),
    ("try:\n    x = open('input.txt')\nexcept OSError:\n    x = 7", 7),
])
def test_what_makes_values_is_run(folder, code, value):
    source = folder(f"{SCRIPT}\n{code}\n")
    assert source.names["x"] == value and source.notes == []


def test_what_stands_under_main_does_not_run_and_is_not_mentioned(folder):
    guard = 'if __name__ == "__main__":\n    x = 1\n    main()\nelse:\n    x = 2\n'
    source = folder(SCRIPT + guard)
    assert source.names["x"] == 2 and source.notes == []


def test_the_future_is_kept_and_dataclasses_can_be_made(folder):
    source = folder(
        '"""About."""\nfrom __future__ import annotations\nfrom dataclasses import dataclass\n'
        "@dataclass\nclass Pair:\n    a: Nothing\n"
    )
    assert source.names["Pair"](3).a == 3 and source.notes == []


def test_settings_of_numpy_and_warnings_are_put_back(folder):
    before = np.geterr()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        filters = list(warnings.filters)
        folder('import numpy as np, warnings\nnp.seterr(all="raise")\n'
               'warnings.simplefilter("error")\nx = "\\d"\ndef f(): pass\n')
        assert np.geterr() == before and warnings.filters == filters and not caught


# Imports ------------------------------------------------------------------------------------------

LIBRARY = """
import random, copy, numpy, numpyrnn
from importlib.util import find_spec
x = random.random()
matplotlib = find_spec("matplotlib").origin
""" + HALF


def test_libraries_are_the_real_ones_whatever_stands_beside_the_file(folder):
    broken = dict.fromkeys(["random_py", "copy_py", "numpy_py", "numpyrnn_py", "matplotlib_py"],
                           "raise RuntimeError('mine')\n")
    source = folder(LIBRARY, **broken)
    assert source.names["numpy"] is np and source.notes == []
    assert "site-packages" in source.names["matplotlib"]


@pytest.mark.parametrize(("main", "code", "files"), [
    ("mine.py", "from part import half", {"part_py": HALF}),
    ("mine.py", "from .part import *", {"part_py": HALF}),
    ("mine.py", "from . import part\nhalf = part.half", {"part_py": HALF}),
    ("mine.py", "from .part import half", {"part_py": "from .deeper import half\n",
                                           "deeper_py": HALF}),
    ("course/mine.py", "from course.part import half", {"course__part_py": HALF}),
    ("course/mine.py", "import course.part as p\nhalf = p.half", {"course__part_py": HALF}),
    ("course/mine.py", "from ..common.part import half", {"common__part_py": HALF}),
    ("a/b/mine.py", "from common.part import half", {"common__part_py": HALF}),
    ("mine.py", "import sys, os\nsys.path.append(os.path.join(os.path.dirname(__file__), 'lib'))\n"
                "from part import half", {"lib__part_py": HALF}),
    ("mine.py", "from part import half", {"part_py": "# größe\n".encode("latin-1")
                                          + HALF.encode()}),
    ("mine.py", "from part import half", {"part_py": SCRIPT + HALF + "main()\nwhile True: pass"}),
    ("mine.py", "from part import half", {"part_py": f"import mine\n{HALF}"}),
])
def test_neighbours_are_found_and_forgotten(folder, tmp_path, main, code, files):
    before = dict(sys.modules), list(sys.path), list(sys.meta_path)
    source = folder(f"{code}\ndef f(): pass\n", main, **files)
    assert source.names["half"](3) == 1.5 and source.notes == []
    assert (dict(sys.modules), sys.path, sys.meta_path) == before
    assert not list(tmp_path.rglob("__pycache__"))


def test_two_students_with_files_of_the_same_name_do_not_mix(tmp_path):
    for number in (1, 2):
        place = tmp_path / str(number)
        place.mkdir()
        (place / "layers.py").write_text(f"value = {number}\n")
        (place / "late.py").write_text(f"value = {10 * number}\n")
        (place / "mine.py").write_text(
            "from layers import value\ndef late():\n    import late, layers\n"
            "    return late.value + layers.value\n"
        )
    sources = [run_source(tmp_path / str(number) / "mine.py") for number in (1, 2)]
    assert [source.names["value"] for source in sources] == [1, 2]
    for source in sources * 2:
        with importable(source):
            assert source.names["late"]() == 11 * source.names["value"]
    assert "layers" not in sys.modules and "late" not in sys.modules


def test_a_loaded_module_of_the_same_name_waits_until_the_file_has_run(folder, monkeypatch):
    loaded = type(sys)("part")
    monkeypatch.setitem(sys.modules, "part", loaded)
    assert folder(f"from part import half\n{HALF}", part_py=HALF).names["half"](1) == 0.5
    assert sys.modules["part"] is loaded


@pytest.mark.parametrize(("files", "words"), [
    ({"part_py": "x = 1\ny = (2\n"},
     "part.py, which mine.py imports, does not run: SyntaxError in line 2: '(' was never closed."),
    ({"part_py": "x = 1\ny = 1/0\n"},
     "part.py, which mine.py imports, does not run: ZeroDivisionError in line 2: division by "
     "zero."),
    ({"part_py": "\nimport deeper\n", "deeper_py": "x = \n"},
     "deeper.py, which part.py imports, does not run: SyntaxError in line 1: invalid syntax."),
    ({"part_py": "\nimport deeper\n", "deeper_py": "x = [][0]\n"},
     "deeper.py, which part.py imports, does not run: IndexError in line 1: list index out of "
     "range."),
    ({"part_py": "import sys\nsys.exit()"},
     "part.py, which mine.py imports, does not run: SystemExit in line 2: take the exit() out."),
])
def test_the_neighbour_that_does_not_run_is_named(folder, files, words):
    for code in ("from part import x\n", "if True:\n    import part\n"):
        with pytest.raises(CannotRun) as raised:
            folder(code + HALF, **files)
        assert raised.value.headline == words


def test_what_is_not_here_is_stood_in_for(folder):
    source = folder("""
import nowhere.nn as nn
from nowhere import jit, Tensor, Float
from .functions import *
from utils import sigmoid, softmax, numpy as xp, other
from scientific.special import expit
@jit
def half(x: Float[Tensor, "n"]) -> Tensor | None:
    return x / 2
@jit(fast=True)
def third(x):
    return x / 3
class Net(nn.Module):
    def __init__(self):
        super().__init__()
    def f(self, x):
        return isinstance(x, Tensor)
def uses(x):
    return x * other
def calls(x):
    return nn.Linear(x)
""")
    names = source.names
    assert source.notes == ["Not here, and stood in for: nowhere, functions, utils, scientific."]
    assert names["half"](3) == 1.5 and names["Net"]().f(2) is False and names["np"] is np
    z = np.array([0.3 + 1e-30j])
    for sigmoid in (names["sigmoid"], names["expit"]):
        slope = sigmoid(z).imag / 1e-30
        np.testing.assert_allclose(slope, np.real(sigmoid(z) * (1 - sigmoid(z))))
    np.testing.assert_allclose(names["softmax"](np.ones((2, 4))), 0.25)
    for name, said in (("uses", "other comes from utils"),
                       ("calls", "Linear comes from nowhere.nn")):
        with pytest.raises(ModuleNotFoundError, match=f"{said}, which is not here; put that file"):
            names[name](np.ones(2))


def test_the_course_stands_in_for_its_modules_and_a_neighbour_comes_first(folder):
    def given():
        module = type(sys)("course.layers")
        module.half = lambda x: -x
        return {"course.layers": module}

    code = "from course.layers import half, other\ndef f(): pass\n"
    source = folder(code, options=dict(stand_ins=given()))
    assert source.names["half"](2) == -2 and source.notes == []
    relative = folder("from .layers import half\ndef f(): pass\n", "course/mine.py",
                      options=dict(stand_ins=given()))
    assert relative.names["half"](2) == -2
    own = folder(code.replace(", other", ""), options=dict(stand_ins=given()),
                 course__layers_py=HALF)
    assert own.names["half"](2) == 1


@pytest.mark.parametrize(
    "caught", ["ImportError", "(OSError, ModuleNotFoundError)", "Exception", ""]
)
@pytest.mark.parametrize("module", ["nowhere", "nowhere.fast", ".fast"])
def test_a_module_that_the_code_can_do_without_is_not_stood_in_for(folder, caught, module):
    source = folder(f"try:\n    from {module} import x\n    fast = True\nexcept {caught}:\n"
                    f"    fast = False\n{HALF}")
    assert source.names["fast"] is False and source.notes == []


def test_optional_imports_are_those_under_a_try_that_catches_it():
    tree = ast.parse("try:\n import a.b\nexcept ImportError: pass\n"
                     "try:\n import c\nexcept ValueError: pass\nimport d\n"
                     "def f():\n try:\n  from . import e\n except: pass\n")
    assert optional_imports(tree) == {"a", "a.b", ".e"}


def test_a_folder_named_like_a_library_is_not_taken_for_it(folder):
    source = folder(f"import nowhere\nfrom nowhere import Tensor\n{HALF}", "nowhere/mine.py")
    assert source.notes == ["Not here, and stood in for: nowhere."]


def test_a_library_sees_no_neighbour_and_takes_no_time_of_the_students(
    folder, tmp_path, monkeypatch
):
    library = tmp_path / "site-packages"
    library.mkdir()
    (library / "real_library.py").write_text(
        "try:\n    import helper\nexcept ImportError:\n    helper = None\n"
    )
    monkeypatch.syspath_prepend(library)
    told = []

    class Told(Watch):
        @contextmanager
        def paused(self):
            told.append("library")
            yield
            told.append("file")

        def loaded(self, module):
            told.append(module.__name__)

    try:
        source = folder(f"import real_library, helper\n{HALF}", options=dict(watch=Told()),
                        helper_py="x = 1\n")
        assert source.names["real_library"].helper is None and source.names["helper"].x == 1
        assert told == ["library", "file", "real_library"]
        assert type(source.names["real_library"].__loader__).__name__ == "SourceFileLoader"
    finally:
        sys.modules.pop("real_library", None)
