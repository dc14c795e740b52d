"""What experiments write: whole, named where it fails, and one file that fails costs no other."""

import errno
import json
import os
import subprocess
import sys

import matplotlib
import pytest
from support.paths import ROOT

from numpyrnn import plots
from numpyrnn.experiments import files
from numpyrnn.experiments.files import Figures, naming, write_json, write_results, write_whole
from numpyrnn.plots.style import as_delivered, canvas

NOT_UTF8 = os.fsdecode(b"caf\xe9")


def full(*args, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_a_file_that_cannot_be_written_is_named_and_the_old_one_stays(place, tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text("old")
    monkeypatch.setattr(os, place, full)
    with pytest.raises(OSError, match="No space left on device; make room") as caught:
        write_whole(path, b"new")
    assert (caught.value.filename, caught.value.errno) == (str(path), errno.ENOSPC)
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]
    assert path.read_text() == "old"


def test_an_error_without_a_number_has_its_own_words(tmp_path):
    with pytest.raises(OSError, match="got: 8 requested and 1 written"), naming(tmp_path / "a"):
        raise OSError("8 requested and 1 written")


def test_a_name_as_long_as_the_file_system_takes_is_written(tmp_path):
    path = tmp_path / ("x" * 250 + ".json")
    write_json(path, [1])
    assert json.loads(path.read_bytes()) == [1]


def test_numbers_that_are_not_finite_become_null(tmp_path):
    write_results(tmp_path, {"loss": [1.5, float("nan")], "of": {"worst": float("inf")}})
    content = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert json.loads(content) == {"loss": [1.5, None], "of": {"worst": None}}
    assert content.startswith('{\n "loss": [\n  1.5,') and content.endswith("}\n")


@pytest.mark.parametrize("text", [NOT_UTF8, "\ud83d", "中\n\"\\\x1b"])
def test_any_text_survives_json(text, tmp_path):
    write_json(tmp_path / "a.json", {text: [text]})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {text: [text]}


# Figures -----------------------------------------------------------------------------------------


def test_a_figure_that_fails_costs_no_other(tmp_path):
    figures = Figures(tmp_path)
    figures.draw("first", lambda: canvas(None, 2, 2)[0])
    figures.draw("second", lambda: 1 / 0)
    figures.draw_several(lambda of: {name: canvas(None, 2, 2)[0] for name in of}, ["a", "b"])
    figures.draw_several(lambda: {}["none"])
    assert figures.written == ["first.png", "a.png", "b.png"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.png", "b.png", "first.png"]
    with pytest.raises(RuntimeError, match=r"second.png and 1 more: .* got: division by zero; ev"):
        figures.check()
    assert Figures(tmp_path).check() is None


def test_a_figure_without_room_says_what_the_disk_says(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "write_whole", full)
    figures = Figures(tmp_path)
    figures.draw("first", lambda: canvas(None, 2, 2)[0])
    with pytest.raises(RuntimeError, match=r"first.png: expected .* got: No space left on dev"):
        figures.check()


def test_settings_of_matplotlib_change_no_figure_and_are_as_before_afterwards(tmp_path):
    def drawn(name):
        figures = Figures(tmp_path)
        figures.draw(name, lambda: canvas(None, 2, 2)[0])
        figures.check()
        return (tmp_path / f"{name}.png").read_bytes()

    usual = drawn("usual")
    odd = {"text.usetex": True, "savefig.dpi": 7, "savefig.bbox": "tight", "figure.facecolor": "r"}
    with matplotlib.rc_context(odd):
        backend = matplotlib.rcParams._get("backend")
        assert drawn("odd") == usual
        assert {name: matplotlib.rcParams[name] for name in odd} == odd
        assert matplotlib.rcParams._get("backend") == backend


def test_characters_that_the_font_lacks_are_no_warning(tmp_path):
    figures = Figures(tmp_path)
    figures.draw("confusion", plots.confusion, {"bow": [[1, 2], [3, 4]]}, ["中文", "שלום $x$ $"])
    figures.check()


@pytest.mark.whole
def test_no_backend_is_asked_for_and_that_of_the_user_stays(tmp_path):
    script = (
        "import os, sys\n"
        "from numpyrnn.plots.style import as_delivered, canvas\n"
        "with as_delivered():\n"
        "    canvas(None, 2, 2)[0].savefig(sys.argv[1])\n"
        "import matplotlib\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "expected = os.environ['MPLBACKEND']\n"
        "backend = matplotlib.rcParams._get('backend')\n"
        "assert backend == expected or (expected == 'nonsense' and not isinstance(backend, str))\n"
    )
    for backend in ("nonsense", "module://matplotlib_inline.backend_inline"):
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / "a.png"], cwd=ROOT, check=True,
            env={**os.environ, "MPLBACKEND": backend},
        )  # fmt: skip


def test_the_variable_is_left_alone_where_matplotlib_is_loaded(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    with as_delivered():
        assert os.environ["MPLBACKEND"] == "nonsense"
    assert os.environ["MPLBACKEND"] == "nonsense"
