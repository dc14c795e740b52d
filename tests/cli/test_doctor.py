"""`numpyrnn doctor`: the facts, what they mean, and what setting a variable would give."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from support.paths import ROOT

from numpyrnn import machine
from numpyrnn.benchmarks import doctor_measure
from numpyrnn.benchmarks.doctor_findings import findings
from numpyrnn.benchmarks.doctor_measure import ROUNDS, NotMeasured, Setting, Trial, TrialTimes
from numpyrnn.cli import main
from numpyrnn.machine import SIMD_FLAGS, SKYLAKEX_NEEDS, Machine

ZEN3 = Machine(
    "2.4.6", "3.11.7 on Linux x86_64", "AMD EPYC 7763", 2, ("X86_V2", "X86_V3"),
    ("sse4_2", "avx", "f16c", "fma", "avx2"), "OpenBLAS 0.3.31", "Haswell", 1,
    vendor="AuthenticAMD", bundled=True,
)  # fmt: skip
AVX512 = tuple(flag for flag in SIMD_FLAGS if flag in {*ZEN3.cpu_simd, *SKYLAKEX_NEEDS})
ZEN4 = replace(ZEN3, cpu="AMD EPYC 9654", simd=("X86_V2", "X86_V3", "X86_V4"), cpu_simd=AVX512)
SKYLAKE = replace(ZEN4, cpu="Xeon", vendor="GenuineIntel", core_type="SkylakeX")
FASTER = TrialTimes(
    {"product": (1.2, 0.7), "large": (50.0, 32.0)}, 5, ("Haswell", "SkylakeX"), (1, 1), 3e-7
)
ONE_BETTER_BELOW = TrialTimes(
    {"small": (9.0, 2.0), "large": (30.0, 45.0)}, 5, ("Haswell", "Haswell"), (2, 1), 3e-7
)


@pytest.fixture
def given(monkeypatch):
    """The machine and the measurements that the command finds; returns the trials it asks for."""
    trials = []

    def set_up(found, *answers):
        waiting = list(answers)

        def measure(trial, tick):
            trials.append(trial)
            answer = waiting.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(machine, "facts", lambda: found)
        monkeypatch.setattr(doctor_measure, "measure", measure)
        return trials

    return set_up


def said(capsys):
    """The lines on stdout, which fit a terminal, and the same as one long line."""
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    return out, " ".join(out.split())


def keys(found):
    return [finding.key for finding in findings(found)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"threads": 2}, ["threads"]),
        ({"core_type": "Zen"}, []),
        ({"core_type": "Nehalem"}, ["kernels"]),
        ({"core_type": "Katmai", "threads": 64}, ["kernels", "threads"]),
        ({"core_type": "Sandybridge", "cpu_simd": ("avx",), "simd": ("X86_V2",)}, []),
        ({"core_type": "Sandybridge", "cpu_simd": ()}, ["kernels"]),  # NumPy uses AVX2
        ({"core_type": "neoversen1", "cpu_simd": ("asimd",), "simd": ("NEON",)}, []),
        ({"core_type": None, "threads": None}, []),
        ({"numpy": "1.26.4"}, ["numpy"]),
        ({"numpy": "1.26.4", "threads": 2, "core_type": "Prescott"},
         ["numpy", "kernels", "threads"]),
        ({"blas": "mkl 2024.1", "core_type": None, "threads": None}, ["blas"]),
        ({"blas": "blas 3.12.0", "core_type": None, "threads": None}, ["blas"]),
        ({"blas": None, "core_type": None, "threads": None}, ["blas"]),
    ],
)  # fmt: skip
def test_each_machine_has_its_findings(change, expected):
    assert keys(replace(ZEN3, **change)) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (ZEN4, ["kernels"]),
        (replace(ZEN4, core_type="Zen"), ["kernels"]),
        (replace(ZEN4, core_type="Cooperlake"), []),
        (replace(ZEN4, cpu_simd=()), ["kernels"]),  # Windows: NumPy's word for AVX-512 counts
        (replace(ZEN4, cpu_simd=AVX512[:-1], simd=("X86_V3",)), []),
        (SKYLAKE, []),
        (replace(SKYLAKE, core_type="Haswell"), ["kernels"]),
    ],
)
def test_avx512_left_unused_is_a_finding(found, expected):
    assert keys(found) == expected


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "The numpyrnn commands do it themselves, except bench and doctor."),
        ({"environment": {"NUMPYRNN_KEEP_BLAS": "1"}}, None),
        ({"environment": {"OPENBLAS_CORETYPE": "Haswell"}}, "instead of OPENBLAS_CORETYPE=Haswell"),
        ({"vendor": "GenuineIntel"}, None),
        ({"bundled": False}, None),
    ],
)
def test_the_cure_says_who_sets_the_kernels(change, words):
    (finding,) = findings(replace(ZEN4, **change))
    assert "OPENBLAS_CORETYPE=SkylakeX in the environment, before Python starts" in finding.cure
    assert ("commands do it" in finding.cure) == (words is not None and "commands" in words)
    assert words is None or words in finding.cure


def test_what_the_doctor_says_of_the_commands_is_what_they_do(monkeypatch, tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text(f"vendor_id : {ZEN4.vendor}\nflags : {' '.join(ZEN4.cpu_simd)}\n")
    monkeypatch.setattr(machine, "CPUINFO", file)
    monkeypatch.setattr(machine, "bundled_openblas", lambda: file)
    (finding,) = findings(ZEN4)
    assert finding.trial.other.environment["OPENBLAS_CORETYPE"] == machine.better_core_type()
    assert {"bench", "doctor"} == machine.AS_INSTALLED and {"lm"} == machine.LARGE_MATRICES


def test_unused_avx512_is_measured_and_the_gain_told(given, capsys):
    (trial,) = [finding.trial for finding in findings(ZEN4)]
    trials = given(ZEN4, FASTER)
    assert main(["doctor"]) == 0
    out, words = said(capsys)
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
def test_a_cure_that_does_not_help_is_not_advised(change, words, given, capsys):
    given(ZEN4, replace(FASTER, **change))
    assert main(["doctor"]) == 0
    assert words in said(capsys)[1]


def test_a_process_that_dies_is_a_sentence(given, capsys):
    given(ZEN4, NotMeasured("the process with SkylakeX ended with SIGILL"))
    assert main(["doctor"]) == 0
    words = said(capsys)[1]
    assert "Not measured: the process with SkylakeX ended with SIGILL. Do not set it" in words


def test_threads_are_judged_at_both_sizes(given, capsys):
    given(replace(ZEN3, threads=2), ONE_BETTER_BELOW)
    assert main(["doctor"]) == 0
    out, words = said(capsys)
    assert "1. OpenBLAS shares matrix products between 2 threads." in words
    assert "OPENBLAS_NUM_THREADS=1 in the environment, before Python starts, unless" in words
    assert "H=64: one thread is 4.50 times faster." in words
    assert "H=256: 2 threads are 1.50 times faster, as long as no other program wants" in words
    assert "Nothing wrong" not in words


@pytest.mark.parametrize("waited, why", [(0.45, "busy: a process waited for a core for 45% of "),
                                         (0.0, "the machine is busy. End the other programs")])
def test_times_of_a_busy_machine_give_no_advice(
    waited, why, given, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    busy = dict(trusted=False, waited=waited)
    given(replace(ZEN4, threads=2), replace(FASTER, **busy), replace(ONE_BETTER_BELOW, **busy))
    assert main(["doctor", "--json", "m.json"]) == 0
    words = said(capsys)[1]
    assert words.count("These times cannot be trusted") == 2 and words.count(why) == 2
    assert "times faster" not in words and "The results agree to 3e-07" in words
    for finding in json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["findings"]:
        assert (finding["measured"]["trusted"], finding["measured"]["waited"]) == (False, waited)


def test_more_threads_than_cores_are_told_as_such():
    environment = {"OPENBLAS_NUM_THREADS": "8"}
    (finding,) = findings(replace(ZEN3, threads=8, cores=1, environment=environment))
    assert "between 8 threads, and this process may use 1 core." in finding.what
    assert "some always wait" in finding.why and "unless" not in finding.cure
    assert finding.cure.endswith("; now it is 8.")  # setdefault would not change it


def test_two_findings_are_numbered_and_measured_one_by_one(given, capsys):
    trials = given(replace(ZEN4, threads=2), FASTER, ONE_BETTER_BELOW)
    assert main(["doctor"]) == 0
    words = said(capsys)[1]
    assert [trial.jobs for trial in trials] == [("product", "large"), ("small", "large")]
    assert words.index("1. OpenBLAS runs") < words.index("2. OpenBLAS shares")


@pytest.mark.parametrize("option", ["--no-measure", "--quick"])
def test_without_measuring_no_process_is_started(option, given, capsys):
    trials = given(replace(ZEN4, threads=2))
    assert main(["doctor", option]) == 0
    words = said(capsys)[1]
    assert trials == [] and "Measured" not in words
    assert "1. OpenBLAS runs" in words and "2. OpenBLAS shares" in words


def test_nothing_wrong_is_said_plainly(given, capsys):
    trials = given(SKYLAKE)
    assert main(["doctor"]) == 0
    assert trials == []
    assert said(capsys)[1].endswith(
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
def test_another_blas_is_told_and_only_a_slow_one_is_wrong(blas, well, words, given, capsys):
    given(replace(ZEN3, blas=blas, core_type=None, threads=None, bundled=False))
    assert main(["doctor"]) == 0
    text = said(capsys)[1]
    assert words in text and ("Nothing wrong" in text) == well


def test_json_has_the_facts_the_findings_and_the_numbers(given, capsys, tmp_path):
    found = replace(ZEN4, threads=2)
    given(found, FASTER, NotMeasured("the machine is busy"))
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


def test_a_bad_file_is_refused_before_anything_is_measured(given, capsys, tmp_path):
    trials = given(ZEN4)
    assert main(["doctor", "--json", str(tmp_path / "none" / "m.json")]) == 2
    out, err = capsys.readouterr()
    assert (out, trials) == ("", [])
    assert err.startswith("numpyrnn doctor: error: --json: expected a file in an existing direc")


def test_the_real_command_reports_the_machine_as_it_is():
    command = [sys.executable, "-m", "numpyrnn", "doctor", "--no-measure"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    heads = [line[:17].strip() for line in ran.stdout.partition("\n\n")[0].splitlines()]
    assert [head for head in heads if head] == [
        "NumPy", "Python", "CPU", "cores", "SIMD of NumPy", "SIMD of the CPU", "BLAS",
        "BLAS core type", "BLAS threads", "environment",
    ]  # fmt: skip
    assert "Nothing wrong" in ran.stdout or "1. " in ran.stdout


# The measurement itself ------------------------------------------------------------------------


def test_two_processes_are_timed_in_turns_and_agree():
    one = {"OPENBLAS_NUM_THREADS": "1"}
    ticks = []
    measured = doctor_measure.measure(
        Trial(Setting("one", one), Setting("the same", one), ("small",)), lambda: ticks.append(1)
    )
    assert measured.rounds == len(ticks) and 1 <= measured.rounds <= ROUNDS
    assert set(measured.milliseconds) == {"small"} and min(measured.milliseconds["small"]) > 0
    assert measured.difference == 0 and measured.agrees
    assert measured.core_types[0] == measured.core_types[1]
    assert measured.threads[0] in (1, None)


def test_there_is_a_round_however_long_the_start_has_taken(monkeypatch):
    monkeypatch.setattr(doctor_measure, "LAST_ROUND_BEFORE", 0.0)
    one = {"OPENBLAS_NUM_THREADS": "1"}
    measured = doctor_measure.measure(Trial(Setting("one", one), Setting("the same", one), ("small",)))
    assert measured.rounds == 1 and min(measured.milliseconds["small"]) > 0


def test_a_process_that_fails_is_named_with_its_last_line():
    trial = Trial(Setting("one", {}), Setting("broken", {}), ("no such job",))
    with pytest.raises(NotMeasured, match="the process with one ended: KeyError: 'no such job'"):
        doctor_measure.measure(trial)


def test_a_process_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(doctor_measure, "PATIENCE", 0.01)
    trial = Trial(Setting("one", {}), Setting("other", {}), ("small",))
    with pytest.raises(NotMeasured, match=r"no answer within 0\.01 seconds"):
        doctor_measure.measure(trial)


@pytest.mark.parametrize(
    ("now", "other", "expected"),
    [
        ({"h": [1.0, -2.0]}, {"h": [1.0, -2.0]}, 0.0),
        ({"h": [1.0, -2.0], "dx": [0.5]}, {"h": [1.0, -2.002], "dx": [0.5]}, 1e-3),
        ({"h": [0.0]}, {"h": [0.25]}, 0.25),
    ],
)
def test_results_are_compared_by_the_largest_number_of_each_array(now, other, expected):
    assert doctor_measure.difference(now, other) == pytest.approx(expected)


def test_every_array_of_a_step_is_sampled():
    arrays = doctor_measure.work("small")()
    taken = doctor_measure.samples(arrays)
    assert set(taken) == {"h", "dx", "W_xh", "W_hh", "b_h"}
    assert all(doctor_measure.SAMPLES <= len(v) <= 3 * doctor_measure.SAMPLES
               for v in taken.values())  # fmt: skip
    assert all(max(map(abs, values)) == abs(values[-1]) for values in taken.values())
