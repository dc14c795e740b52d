"""`numpyrnn doctor`: what it says about machines, and about what it measures on them."""

import json
from dataclasses import replace

import pytest
from support.machines import AVX512, FASTER, ONE_BETTER_BELOW, SKYLAKE, ZEN3, ZEN4

from numpyrnn import machine
from numpyrnn.benchmarks import doctor, doctor_measure
from numpyrnn.benchmarks.doctor_findings import findings
from numpyrnn.benchmarks.doctor_measure import NotMeasured
from numpyrnn.cli import main


@pytest.fixture
def on_machine(monkeypatch):
    """The machine and the measurements that the command finds; returns the trials it asks for."""
    trials = []

    def set_up(facts, *answers):
        waiting = list(answers)

        def measure(trial, tick):
            trials.append(trial)
            answer = waiting.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(machine, "facts", lambda: facts)
        monkeypatch.setattr(doctor_measure, "measure", measure)
        return trials

    return set_up


def printed(capsys):
    """The lines on stdout, which fit a terminal, and the same as one long line."""
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    return out, " ".join(out.split())


def test_unused_avx512_is_measured_and_the_gain_is_named(on_machine, capsys):
    (trial,) = [finding.trial for finding in findings(ZEN4)]
    trials = on_machine(ZEN4, FASTER)
    assert main(["doctor"]) == 0
    out, words = printed(capsys)
    assert trials == [trial]
    assert trial.now.environment == {"OPENBLAS_NUM_THREADS": "1"}
    assert "1. OpenBLAS runs Haswell kernels on a CPU that has AVX-512." in words
    assert "Set: OPENBLAS_CORETYPE=SkylakeX in the environment, before Python starts." in words
    assert "A training step is 1.56 times faster with SkylakeX kernels." in words
    assert "agree to 3e-07 of the largest number, which is float32 rounding" in words
    (row,) = [line for line in out.splitlines() if "LSTM step" in line]
    assert row.split()[-5:] == ["50.00", "ms", "32.00", "ms", "1.56x"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"milliseconds": {"product": (1, 1), "large": (50, 49.5)}}, "No gain here: leave the"),
        ({"milliseconds": {"product": (1, 2), "large": (50, 60)}}, "No gain here: leave the"),
        ({"core_types": ("Haswell", "Haswell")}, "changed nothing: OpenBLAS runs Haswell kernels"),
        ({"difference": 1.1e-4}, "The results differ by 1e-04 of the largest number, more than "),
    ],
)
def test_a_cure_that_does_not_help_is_not_advised(change, words, on_machine, capsys):
    on_machine(ZEN4, replace(FASTER, **change))
    assert main(["doctor"]) == 0
    assert words in printed(capsys)[1]


def test_a_process_that_dies_is_a_sentence(on_machine, capsys):
    on_machine(ZEN4, NotMeasured("the process with SkylakeX ended with SIGILL"))
    assert main(["doctor"]) == 0
    words = printed(capsys)[1]
    assert "Not measured: the process with SkylakeX ended with SIGILL. Do not set it" in words


def test_threads_are_judged_at_both_sizes(on_machine, capsys):
    on_machine(replace(ZEN3, threads=2), ONE_BETTER_BELOW)
    assert main(["doctor"]) == 0
    out, words = printed(capsys)
    assert "1. OpenBLAS shares matrix products between 2 threads." in words
    assert "OPENBLAS_NUM_THREADS=1 in the environment, before Python starts, unless" in words
    assert "H=64: one thread is 4.50 times faster." in words
    assert "H=256: 2 threads are 1.50 times faster, as long as no other program wants" in words
    assert "Nothing wrong" not in words


@pytest.mark.parametrize("waited, why", [(0.45, "busy: a process waited for a core for 45% of "),
                                         (0.0, "the machine is busy. End the other programs")])
def test_times_of_a_busy_machine_give_no_advice(
    waited, why, on_machine, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    busy = dict(trusted=False, waited=waited)
    on_machine(replace(ZEN4, threads=2), replace(FASTER, **busy), replace(ONE_BETTER_BELOW, **busy))
    assert main(["doctor", "--json", "m.json"]) == 0
    words = printed(capsys)[1]
    assert words.count("These times cannot be trusted") == 2 and words.count(why) == 2
    assert "times faster" not in words and "The results agree to 3e-07" in words
    for finding in json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["findings"]:
        assert (finding["measured"]["trusted"], finding["measured"]["waited"]) == (False, waited)


def test_two_findings_are_numbered_and_measured_one_by_one(on_machine, capsys):
    trials = on_machine(replace(ZEN4, threads=2), FASTER, ONE_BETTER_BELOW)
    assert main(["doctor"]) == 0
    words = printed(capsys)[1]
    assert [trial.jobs for trial in trials] == [("product", "large"), ("small", "large")]
    assert words.index("1. OpenBLAS runs") < words.index("2. OpenBLAS shares")


@pytest.mark.parametrize("option", ["--no-measure", "--quick"])
def test_without_measuring_no_process_is_started(option, on_machine, capsys):
    trials = on_machine(replace(ZEN4, threads=2))
    assert main(["doctor", option]) == 0
    words = printed(capsys)[1]
    assert trials == [] and "Measured" not in words
    assert "1. OpenBLAS runs" in words and "2. OpenBLAS shares" in words


def test_nothing_wrong_is_said_plainly(on_machine, capsys):
    trials = on_machine(SKYLAKE)
    assert main(["doctor"]) == 0
    assert trials == []
    assert printed(capsys)[1].endswith(
        "Nothing wrong: OpenBLAS runs the SkylakeX kernels, which suit this CPU, on one thread, as "
        "small matrices want it."
    )


@pytest.mark.parametrize(
    ("blas", "well", "words"),
    [
        ("mkl 2024.1", True, "MKL_NUM_THREADS sets its threads"),
        ("accelerate unknown", True, "fast on Apple's CPUs"),
        ("BLIS", True, "BLIS_NUM_THREADS"),
        (None, True, "It is not known which BLAS NumPy uses."),
        ("blas 3.12.0", False, "NumPy multiplies matrices with blas 3.12.0, which is very slow."),
        ("none (NumPy's own loops)", False, "which is very slow."),
    ],
)
def test_another_blas_is_named_and_only_a_slow_one_is_wrong(blas, well, words, on_machine, capsys):
    on_machine(replace(ZEN3, blas=blas, core_type=None, threads=None, bundled=False))
    assert main(["doctor"]) == 0
    text = printed(capsys)[1]
    assert words in text and ("Nothing wrong" in text) == well


def test_json_has_the_facts_the_findings_and_the_numbers(on_machine, capsys, tmp_path):
    on_machine(replace(ZEN4, threads=2), FASTER, NotMeasured("the machine is busy"))
    assert main(["doctor", "--json", str(tmp_path / "m.json")]) == 0
    assert capsys.readouterr().out.endswith(f"written: {tmp_path / 'm.json'}\n")
    data = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert data["machine"]["core_type"] == "Haswell"
    assert data["machine"]["cpu_simd"] == list(AVX512)
    kernels, threads = data["findings"]
    assert (kernels["key"], kernels["wrong"], kernels["not_measured"]) == ("kernels", True, None)
    assert kernels["measured"]["milliseconds"] == {
        "product (1024, 385) @ (385, 64)": [1.2, 0.7],
        "LSTM step, B=64 T=20 D=128 H=256": [50.0, 32.0],
    }
    assert kernels["measured"]["agrees"] is True
    assert kernels["measured"]["settings"][1]["environment"]["OPENBLAS_CORETYPE"] == "SkylakeX"
    assert (threads["measured"], threads["not_measured"]) == (None, "the machine is busy")


def test_a_bad_file_is_refused_before_anything_is_measured(on_machine, capsys, tmp_path):
    trials = on_machine(ZEN4)
    assert main(["doctor", "--json", str(tmp_path / "none" / "m.json")]) == 2
    out, err = capsys.readouterr()
    assert (out, trials) == ("", [])
    assert err.startswith("numpyrnn doctor: error: --json: expected a file in an existing direc")


def test_the_real_command_reports_the_machine_as_it_is(capsys):
    assert main(["doctor", "--no-measure"]) == 0
    out, words = printed(capsys)
    heads = [line[:17].strip() for line in out.partition("\n\n")[0].splitlines()]
    assert [head for head in heads if head] == [
        "NumPy", "Python", "CPU", "cores", "SIMD of NumPy", "SIMD of the CPU", "BLAS",
        "BLAS core type", "BLAS threads", "environment",
    ]  # fmt: skip
    assert "Nothing wrong" in words or "1. " in words


def test_the_call_yields_the_machine_then_an_outcome_for_each_finding(on_machine):
    on_machine(replace(ZEN4, threads=2), FASTER, NotMeasured("the machine is busy"))
    run = doctor()
    first, kernels, threads = run
    assert [record["event"] for record in (first, kernels, threads)] == ["start", *["finding"] * 2]
    assert first["machine"].core_type == "Haswell"
    assert kernels["outcome"].times == FASTER and threads["outcome"].times is None
    assert threads["outcome"].failure == "the machine is busy"
    assert run.result.table().startswith("1. OpenBLAS runs Haswell kernels")
    assert run.result.figures() == {}
    assert [f["key"] for f in run.result.record()["findings"]] == ["kernels", "threads"]
