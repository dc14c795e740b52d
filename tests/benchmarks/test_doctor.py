"""What `doctor` finds wrong with a machine, and what its processes measure."""

from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest
from support.machines import AVX512, SKYLAKE, ZEN3, ZEN4

from numpyrnn import machine
from numpyrnn.benchmarks import doctor_measure
from numpyrnn.benchmarks.doctor_findings import findings
from numpyrnn.benchmarks.doctor_measure import ROUNDS, NotMeasured, Setting, Trial

ONE = {"OPENBLAS_NUM_THREADS": "1"}
SAME = Trial(Setting("one", ONE), Setting("the same", ONE), ("small",))


def keys(facts):
    return [finding.key for finding in findings(facts)]


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
    ("facts", "expected"),
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
def test_avx512_left_unused_is_a_finding(facts, expected):
    assert keys(facts) == expected


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


def test_more_threads_than_cores_are_named_as_such():
    environment = {"OPENBLAS_NUM_THREADS": "8"}
    (finding,) = findings(replace(ZEN3, threads=8, cores=1, environment=environment))
    assert "between 8 threads, and this process may use 1 core." in finding.what
    assert "some always wait" in finding.why and "unless" not in finding.cure
    assert finding.cure.endswith("; now it is 8.")  # setdefault would not change it


@pytest.fixture
def clock(monkeypatch):
    """Processes that are not there, and a clock that goes on by so many seconds at each look."""

    @contextmanager
    def process(setting, jobs):
        yield SimpleNamespace(process=SimpleNamespace(kill=lambda: None))

    def answer(setting, process, job=None):
        about = {"core_type": "Zen", "threads": 1, "results": {"small h": [1.0, 2.0]}}
        return {"ms": 2.0 if setting.name == "one" else 1.0, "waited": 0.0} if job else about

    monkeypatch.setattr(doctor_measure, "_process", process)
    monkeypatch.setattr(doctor_measure, "_answer", answer)

    def goes_on_by(seconds):
        now = count(0, seconds)
        time = SimpleNamespace(perf_counter=lambda: next(now), sleep=lambda seconds: None)
        monkeypatch.setattr(doctor_measure, "time", time)

    return goes_on_by


@pytest.mark.parametrize(("seconds", "rounds"), [(0, ROUNDS), (1.5, 3), (60, 1)])
def test_a_slow_machine_takes_fewer_rounds_and_never_none(seconds, rounds, clock):
    clock(seconds)
    ticks = []
    times = doctor_measure.measure(SAME, lambda: ticks.append(1))
    assert (times.rounds, len(ticks)) == (rounds, rounds)
    assert times.milliseconds == {"small": (2.0, 1.0)} and times.gain("small") == 2
    assert times.agrees and times.trusted and times.core_types == ("Zen", "Zen")


@pytest.mark.whole
def test_two_processes_are_timed_in_turns_and_agree():
    times = doctor_measure.measure(SAME)
    assert 1 <= times.rounds <= ROUNDS
    assert set(times.milliseconds) == {"small"} and min(times.milliseconds["small"]) > 0
    assert times.difference == 0 and times.agrees
    assert times.core_types[0] == times.core_types[1]
    assert times.threads[0] in (1, None)


@pytest.mark.whole
def test_a_process_that_fails_is_named_with_its_last_line():
    trial = Trial(Setting("one", {}), Setting("broken", {}), ("no such job",))
    with pytest.raises(NotMeasured, match="the process with one ended: KeyError: 'no such job'"):
        doctor_measure.measure(trial)


def test_a_process_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(doctor_measure, "PATIENCE", 0.01)
    with pytest.raises(NotMeasured, match=r"no answer within 0\.01 seconds"):
        doctor_measure.measure(SAME)


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
