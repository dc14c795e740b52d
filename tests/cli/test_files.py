"""What commands write: whole, named where it fails, and one file that fails costs no other."""

import errno
import json
import os
import re
import subprocess
import sys

import matplotlib
import pytest
from support.paths import ROOT

from numpyrnn import plots
from numpyrnn.cli import main
from numpyrnn.experiments import files
from numpyrnn.experiments.files import Figures, naming, write_json, write_whole
from numpyrnn.experiments.sentiment import data as compare_data
from numpyrnn.experiments.tasks.numbers import Adding
from numpyrnn.plots.style import as_delivered, canvas
from numpyrnn.tasks import reviews
from numpyrnn.training import load_checkpoint

NOT_UTF8 = os.fsdecode(b"caf\xe9")
posix = pytest.mark.skipif(os.name != "posix", reason="names of any bytes")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The adding problem with a handful of data."""
    monkeypatch.setattr(Adding, "EPOCH", 64)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.TESTED", 50)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.WATCHED", 50)


@pytest.fixture
def table(tmp_path):
    """A table of two labels."""
    path = tmp_path / "films.csv"
    rows = [f"{('bad', 'good')[k % 2]} film {k},{k % 2}" for k in range(60)]
    path.write_text("text,label\n" + "\n".join(rows))
    return path


def train(out, *words):
    return main(["train", "adding", "--cell", "none", "--steps", "5", "--epochs", "1", "--hidden",
                 "2", "--out", str(out), *words])  # fmt: skip


def compare(table, out, *words):
    return main(["compare", "--data", str(table), "--models", "bow", "--epochs", "1", "--out",
                 str(out), *words])  # fmt: skip


def full(*args, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_a_file_that_cannot_be_written_is_named_and_the_old_one_kept(place, tmp_path, monkeypatch):
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


@pytest.mark.parametrize("text", [NOT_UTF8, "\ud83d", "中\n\"\\\x1b"])
def test_any_text_is_kept_in_json(text, tmp_path):
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


def test_no_backend_is_asked_for_and_that_of_the_user_stays(tmp_path):
    script = (
        "import os, sys\n"
        "from numpyrnn.plots.style import as_delivered, canvas\n"
        "with as_delivered():\n"
        "    canvas(None, 2, 2)[0].savefig(sys.argv[1])\n"
        "import matplotlib\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "wanted = os.environ['MPLBACKEND']\n"
        "found = matplotlib.rcParams._get('backend')\n"
        "assert found == wanted if wanted != 'nonsense' else not isinstance(found, str), found\n"
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


# Whole commands ----------------------------------------------------------------------------------


def broken(*args, **options):
    raise ValueError("no such colour")


@pytest.mark.parametrize("command", ["train", "compare", "lm", "flow"])
def test_results_are_written_where_a_figure_fails(command, tmp_path, table, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("numpyrnn.experiments.tasks.report.task_scores", broken)
    for name in ("learning_curves", "bits_per_character", "eigenvalues"):
        monkeypatch.setattr(plots, name, broken)
    monkeypatch.setattr(files, "write_figure", lambda path, figure: path.touch())   # quicker
    (tmp_path / "t.txt").write_text("the quick brown fox " * 60)
    code = {
        "train": lambda: train(out), "compare": lambda: compare(table, out),
        "lm": lambda: main(["lm", "--text", str(tmp_path / "t.txt"), "--hidden", "2", "--epochs",
                            "1", "--cell", "rnn", "--out", str(out)]),
        "flow": lambda: main(["flow", "--cell", "rnn", "--steps", "4", "--hidden", "2", "--rows",
                              "2", "--animation", "none", "--out", str(out)]),
    }[command]()  # fmt: skip
    printed, err = capsys.readouterr()
    assert code == 2
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert err.startswith(f"numpyrnn {command}: error: ") and err.count("\n") == 1
    failed = re.search(r"(\w+\.png): expected to be drawn and written, got: no such colour;", err)
    assert failed and failed[1] not in printed and not (out / failed[1]).exists()
    written = printed.rpartition("written to")[2]
    assert all((out / name).is_file() for name in re.findall(r"[\w]+\.(?:png|npz|json)", written))


@pytest.mark.parametrize("command", ["train", "compare"])
def test_results_are_kept_where_a_checkpoint_fails(command, tmp_path, table, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("numpyrnn.experiments.tasks.run.save_checkpoint", full)
    monkeypatch.setattr("numpyrnn.experiments.trained.text_classifier.save_checkpoint", full)
    assert (train(out) if command == "train" else compare(table, out)) == 2
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["models"]
    err = capsys.readouterr().err
    assert ".npz: expected to be written, got: No space left on device; make room" in err


@posix
def test_names_that_are_not_utf8_are_read_written_and_kept(tmp_path, table, capsys):
    data, text, out = (tmp_path / f"{NOT_UTF8}{ending}" for ending in (".csv", ".txt", ""))
    try:
        data.write_bytes(table.read_bytes())
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    text.write_text("the quick brown fox " * 60)
    assert compare(data, out / "c") == 0
    printed = capsys.readouterr().out
    assert "caf\\xe9.csv" in printed and printed.encode("utf-8")
    found = json.loads((out / "c" / "results.json").read_text(encoding="utf-8"))
    assert found["data"]["name"] == "caf\\xe9.csv"
    assert main(["lm", "--text", str(text), "--hidden", "2", "--epochs", "1", "--cell", "rnn",
                 "--out", str(out / "l")]) == 0  # fmt: skip
    assert load_checkpoint(out / "l" / "model.npz").metadata["text"]["name"] == "caf\\xe9.txt"
    assert json.loads((out / "l" / "results.json").read_text())["text"] == "caf\\xe9.txt"
    assert capsys.readouterr().out.encode("utf-8")


def test_labels_of_any_kind_stand_in_tables_and_figures(tmp_path, capsys):
    labels = ["two\nlines", "$x$ \\frac", "中文标签", "\x1b[31mred", "L" * 3000, "a\tb"]
    rows = [f'"word{k % 6} film {k}","{labels[k % 6]}"' for k in range(180)]
    table = tmp_path / "odd.csv"
    table.write_text("text,label\n" + "\n".join(rows), encoding="utf-8-sig")
    assert compare(table, tmp_path / "out") == 0
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.split("\n"))
    assert max(map(len, out.split("\n"))) < 200
    assert "two\\nlines" in out and "\\x1b[31mred" in out
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert sorted(found["data"]["labels"]) == sorted(labels)
    texts = [f"word{k} film" for k in range(6)]
    assert main(["predict", "--model", str(tmp_path / "out" / "bow.npz"), *texts]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and all(line.isprintable() for line in lines)


def test_the_whole_text_of_a_long_field_is_trained_on(tmp_path, table, capsys):
    table.write_text(table.read_text() + f"\nvery {'long ' * 40_000},1\n")
    assert compare(table, tmp_path / "out") == 0
    data = compare_data.load(str(table), None, 0)
    parts = (data.train, data.validation, data.test)
    assert max(len(words) for part in parts for words in part.words) == 40_001
    assert len(reviews.read_csv(table)) == 61
