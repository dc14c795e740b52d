"""The tutorials run from a clean kernel, solutions included, and are saved as they should be read.

What a notebook prints is not compared with what is saved in it: the assertions in its cells say
what must hold on every machine.
"""

import json
import re

import pytest
from support.paths import ROOT

NOTEBOOKS = sorted((ROOT / "tutorials").glob("*.ipynb"))
LESSONS = [
    "a_memory", "backpropagation_through_time", "gates", "training", "from_loop_to_engine",
    "vanishing_gradients", "find_the_bug", "sequences_to_sequences",
    "listening_with_ctc", "the_classics",
]
WIDEST, LONGEST, LARGEST = 88, 20, 400_000  # columns and lines that fit a projector; bytes
ABSOLUTE_PATH = re.compile(r"""(?:^|[\s"'(=])(?:/\w[\w.-]*/\w|[A-Z]:\\\w|file://|~/)""", re.M)
WARNINGS_ARE_ERRORS = """
import warnings
warnings.filterwarnings("error", module="__main__|numpyrnn")
"""

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def cells(path, kind):
    """The notebook's cells of one kind, each with its source as one string."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = [cell for cell in found if cell["cell_type"] == kind]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def prose(path):
    return "\n\n".join(cell["source"] for cell in cells(path, "markdown"))


def printed(path):
    """Everything a reader sees below the code cells, but for the figures."""
    texts = []
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            texts.append("".join(output.get("text", "")))
            data = output.get("data", {})
            texts += ["".join(value) for kind, value in data.items() if kind.startswith("text/")]
    return "\n".join(texts)


def solutions(path):
    """The code in the folded solutions."""
    folded = "\n".join(re.findall(r"<details>(.*?)</details>", prose(path), re.S))
    return re.findall(r"^```python\n(.*?)^```", folded, re.S | re.M)


def test_there_are_ten_lessons_in_order():
    names = [f"{k:02d}_{name}" for k, name in enumerate(LESSONS, 1)]
    assert [path.stem for path in NOTEBOOKS] == names


@pytest.mark.tutorials
@pytest.mark.filterwarnings("ignore")  # Jupyter's own; those of the cells are errors in the kernel
@each_notebook
def test_every_cell_and_solution_runs_in_a_clean_kernel_without_a_warning(
    path, tmp_path, monkeypatch
):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))         # nobody's start-up files
    for library in ("OPENBLAS", "OMP", "MKL"):              # small matrices: threads only wait
        monkeypatch.setenv(f"{library}_NUM_THREADS", "1")
    notebook = nbformat.read(path, as_version=4)
    new_cell = nbformat.v4.new_code_cell
    notebook.cells.insert(0, new_cell(WARNINGS_ARE_ERRORS))
    notebook.cells += [new_cell(code) for code in solutions(path)]
    where = {"metadata": {"path": str(ROOT)}}               # where the package can be imported
    nbclient.NotebookClient(notebook, timeout=3600, resources=where).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    complaints = [o["text"] for o in outputs if o.get("name") == "stderr"]
    assert not [text for text in complaints if "warning" in text.lower()]


@each_notebook
def test_a_lesson_says_what_to_do_learn_and_need_and_ends_with_an_exercise(path):
    headings = re.findall(r"^(#+) (.*)$", prose(path), re.M)
    assert [level for level, _ in headings].count("#") == 1
    assert [title for _, title in headings[1:4]] == ["Do", "Learn", "Need"]
    assert headings[-1] == ("##", "Exercise")
    assert solutions(path), "expected a solution with code in a <details> block"


@each_notebook
def test_outputs_are_saved_in_one_run_from_top_to_bottom(path):
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs)


@each_notebook
def test_a_lesson_keeps_nothing_of_the_machine_it_ran_on(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert not [cell["metadata"] for cell in notebook["cells"] if cell["metadata"]]
    ids = [f"{path.stem[:2]}-{k:02d}" for k in range(len(notebook["cells"]))]
    assert [cell["id"] for cell in notebook["cells"]] == ids
    sources = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    assert not ABSOLUTE_PATH.findall(sources + "\n" + printed(path))
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", printed(path)), "an address in memory"


@each_notebook
def test_a_lesson_fits_the_projector_and_the_repository(path):
    for code in [*(cell["source"] for cell in cells(path, "code")), *solutions(path)]:
        lines = code.rstrip("\n").split("\n")
        assert len(lines) <= LONGEST, lines[0]
        assert [line for line in lines if len(line) > WIDEST] == []
    assert path.stat().st_size < LARGEST
