"""`numpyrnn bench`: what it prints and writes, and its answers to mistakes; never how fast."""

import json
import subprocess
import sys

import pytest
from support.benchmarks import answers
from support.paths import ROOT

from numpyrnn import plots
from numpyrnn.benchmarks import speed
from numpyrnn.cli import main


@pytest.fixture
def measured(monkeypatch):
    """No process is started: every peer takes a millisecond, and `left out` dies."""

    def measure(jobs, rounds, **options):
        deaths = [] if jobs[0].cell != "lstm" else ["the process of cell (lstm) ended"]
        return {j.peer: answers(1.0) for j in jobs if j.cell != "lstm" or j.peer != "cell"}, deaths

    monkeypatch.setattr(speed, "measure", measure)


@pytest.fixture
def no_measuring(monkeypatch):
    monkeypatch.setattr(speed, "measure", lambda jobs, *_, **__: pytest.fail("measured"))


@pytest.mark.whole
def test_a_run_of_tiny_layers_from_end_to_end(tmp_path, capsys):
    out = tmp_path / "bench"
    words = ["--shape", "2,4,3,5", "1,3,2,2", "--quick", "--cells", "lstm", "--peers",
             "cell,products", "--rounds", "1", "--threads", "1", "--out", str(out)]  # fmt: skip
    assert main(["bench", *words]) == 0
    printed, err = capsys.readouterr()
    lines = printed.splitlines()
    assert err == "" and (out / "bench.png").read_bytes().startswith(b"\x89PNG")

    content = json.loads((out / "bench.json").read_text(encoding="utf-8"))
    assert set(content) == {"options", "machine", "load", "results", "not_measured", "failures"}
    assert not content["failures"] and len(content["load"]) == 3
    assert content["options"] == {
        "task": "train", "dtype": "float32", "threads": 1, "rounds": 1, "seconds": 0.1, "pause": 0.3
    }
    assert {"numpy", "cpu", "cores", "blas", "core_type"} <= set(content["machine"])
    assert [result["shape"] for result in content["results"]] == [[2, 4, 3, 5], [1, 3, 2, 2]]
    for result in content["results"]:
        assert result["cell"] == "lstm"
        names = [name for name in result["peers"] if "skylakex" not in name]
        assert names == ["kernel", "cell", "products"], "the kernel always runs"
        for figures in result["peers"].values():
            rounds = len(figures["rounds_ms"])      # on a busy machine one more
            assert rounds == len(figures["waited"]) == len(figures["steps"]) and 1 <= rounds <= 2
            assert figures["ms"] > 0 and isinstance(figures["trusted"], bool)
            assert {
                "version", "steps", "first_ms", "compile_seconds", "peak_bytes", "spread",
                "steps_per_second", "tokens_per_second",
            } <= set(figures)
        assert result["peers"]["kernel"]["share_of_products"] > 0
    assert len(plots.speed(content).axes) == 1, "the figure can be drawn from the file"

    assert lines[0].startswith("NumPy") and "BLAS threads     1" in lines
    title = lines.index("LSTM: forward and backward, float32, 1 thread")
    assert [line.split()[0] for line in lines[title + 2 : title + 6]] == [
        "2,4,3,5", "kernel", "cell", "products"
    ]
    assert any("below 1" in line for line in lines)
    assert lines[-1].endswith("bench.json, bench.png") and max(map(len, lines[:-1])) <= 80


@pytest.mark.usefixtures("measured")
def test_a_table_for_each_cell_then_how_to_read_it(capsys, tmp_path):
    words = ["--cells", "gru,rnn", "--peers", "kernel", "--threads", "1", "--out", str(tmp_path)]
    assert main(["bench", *words, "--shape", "2,3,2,2", "4,3,2,2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    titles = [line.partition(":")[0] for line in lines if ": forward and backward" in line]
    assert titles == ["GRU (reset_after)", "RNN"]
    assert "peers: peer 1." in lines and lines[-1].endswith("bench.json")
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"], "the kernel is not drawn"


@pytest.mark.usefixtures("measured")
def test_a_peer_that_dies_is_left_out_and_the_exit_code_is_1(capsys, tmp_path):
    words = ["--peers", "cell,products", "--cells", "lstm", "--shape", "2,3,2,2"]
    assert main(["bench", *words, "--threads", "1", "--out", str(tmp_path)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "left out: the process of cell (lstm) ended" in out
    assert "x products" in out and "written to" in out


def test_without_its_kernel_the_run_ends_in_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(speed, "measure", lambda *_, **__: ({}, ["the process of kernel ended"]))
    assert main(["bench", "--peers", "kernel", "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("error: the process of kernel ended")


def test_an_interrupted_run_says_what_is_kept(monkeypatch, capsys, tmp_path):
    def measure(jobs, *_, **__):
        if jobs[0].shape[0] == 4:
            raise KeyboardInterrupt
        return {job.peer: answers(1.0) for job in jobs}, []

    monkeypatch.setattr(speed, "measure", measure)
    words = ["bench", "--peers", "cell", "--cells", "rnn", "--out", str(tmp_path), "--shape"]
    assert main([*words, "4,3,2,2"]) == 130
    assert "kept in" not in capsys.readouterr().out
    assert main([*words, "2,3,2,2", "4,3,2,2"]) == 130
    assert f"kept in {tmp_path}: bench.json with what was measured" in capsys.readouterr().out
    content = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [result["shape"] for result in content["results"]] == [[2, 3, 2, 2]]


@pytest.mark.usefixtures("measured")
def test_missing_peers_are_left_out_in_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(speed, "available", lambda peer: peer not in ("torch", "jax", "keras"))
    assert main(["bench", "--out", str(tmp_path), "--cells", "rnn"]) == 0
    assert (
        'not installed, left out: torch, jax, keras (pip install "torch>=2.4" "jax>=0.4" '
        '"keras>=3")' in capsys.readouterr().out.splitlines()
    )


@pytest.mark.parametrize("text", ["16,50,32", "1,2,3,4,5", "16,50,0,64", "a,b,c,d", "1,2,3,-4", ""])
def test_a_bad_shape_is_answered_in_one_line(text, capsys, no_measuring):
    assert main(["bench", f"--shape={text}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--shape: expected batch,steps,inputs,hidden, four whole numbers" in line
    assert f"got {text!r}" in line


@pytest.mark.parametrize(
    "words, answer",
    [
        (["--cells", "lstn"], "did you mean 'lstm'"),
        (["--peers", "pytorch"], "did you mean 'torch'"),
        (["--task", "test"], "train, inference, ragged, bidirectional"),
        (["--threads", "0"], "at least 1"),
        (["--dtype", "float16"], "float32, float64"),
    ],
)
def test_a_usage_error_exits_with_2(words, answer, capsys, no_measuring):
    assert main(["bench", *words]) == 2
    assert answer in capsys.readouterr().err


@pytest.mark.usefixtures("no_measuring")
def test_a_missing_peer_is_an_error_if_it_was_asked_for(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(speed, "available", lambda peer: peer != "jax")
    assert main(["bench", "--peers", "jax", "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith('--peers: jax is not installed; pip install "jax>=0.4", or leave it out')


def test_the_modules_of_the_command_load_no_framework():
    script = (
        "import sys, numpyrnn.cli.bench\n"
        "import numpyrnn.benchmarks.peers_jax, numpyrnn.benchmarks.worker\n"
        "assert not {'torch', 'jax', 'keras', 'matplotlib', 'tqdm'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
