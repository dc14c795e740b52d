"""The machine underneath: what is set before NumPy is loaded, and what is read afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.paths import ROOT

from numpyrnn import machine
from numpyrnn.machine import SKYLAKEX_NEEDS, Machine, choose_blas, facts

AVX2 = "fpu sse4_2 avx f16c fma avx2"
AVX512 = f"{AVX2} {' '.join(sorted(SKYLAKEX_NEEDS))}"


def cpuinfo(vendor, model, flags):
    block = f"vendor_id\t: {vendor}\nmodel name\t: {model}\nflags\t\t: {flags}\n"
    return "".join(f"processor\t: {i}\n{block}\n" for i in range(2))


CPUS = {
    "Zen 4": cpuinfo("AuthenticAMD", "AMD EPYC 9654", AVX512),
    "Zen 3": cpuinfo("AuthenticAMD", "AMD EPYC 7763", AVX2),
    "Zen 4 without its VL": cpuinfo("AuthenticAMD", "AMD", AVX512.replace("avx512vl", "")),
    "Skylake-X": cpuinfo("GenuineIntel", "Intel(R) Xeon(R) Platinum 8175M", AVX512),
    "ARM": "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd sve\n\n",
    "gibberish": "\n\n: : :\nflags\n",
}


@pytest.fixture
def pretend(monkeypatch, tmp_path):
    """A machine with the given CPU, before NumPy has been loaded from its wheel."""

    def set_up(cpu, bundled=True, loaded=False, maxsize=2**63 - 1):
        file = tmp_path / "cpuinfo"
        if cpu is not None:
            file.write_text(CPUS[cpu])
        monkeypatch.setattr(machine, "CPUINFO", file)
        wheel = Path("numpy.libs/libscipy_openblas64_.so") if bundled else None
        monkeypatch.setattr(machine, "bundled_openblas", lambda: wheel)
        python = SimpleNamespace(
            modules={"numpy": None} if loaded else {}, maxsize=maxsize, platform="linux"
        )
        monkeypatch.setattr(machine, "sys", python)

    return set_up


ONE = {"OPENBLAS_NUM_THREADS": "1"}
WIDE = {"OPENBLAS_CORETYPE": "SkylakeX"}


@pytest.mark.parametrize(
    ("cpu", "command", "chosen"),
    [
        ("Zen 4", "compare", {**ONE, **WIDE}),
        ("Zen 4", None, {**ONE, **WIDE}),
        ("Zen 4", "lm", WIDE),
        ("Zen 4", "bench", {}),
        ("Zen 4", "doctor", {}),
        ("Zen 3", "compare", ONE),
        ("Zen 3", "lm", {}),
        ("Zen 4 without its VL", "compare", ONE),
        ("Skylake-X", "compare", ONE),
        ("ARM", "compare", ONE),
        ("gibberish", "compare", ONE),
        (None, "compare", ONE),
    ],
)
def test_threads_and_kernels_are_chosen_by_command_and_cpu(pretend, cpu, command, chosen):
    pretend(cpu)
    environ = {}
    choose_blas(command, environ)
    assert environ == chosen


@pytest.mark.parametrize("missing", sorted(SKYLAKEX_NEEDS))
def test_a_cpu_that_lacks_one_part_of_avx512_gets_no_avx512_kernels(pretend, monkeypatch, missing):
    monkeypatch.setitem(CPUS, "part", cpuinfo("AuthenticAMD", "AMD", AVX512.replace(missing, "")))
    pretend("part")
    environ = {}
    choose_blas("lm", environ)
    assert environ == {}


@pytest.mark.parametrize(
    ("users", "chosen"),
    [
        ({"OPENBLAS_CORETYPE": "Zen"}, {"OPENBLAS_CORETYPE": "Zen", **ONE}),
        ({"OPENBLAS_CORETYPE": ""}, {"OPENBLAS_CORETYPE": "", **ONE}),
        ({"OPENBLAS_NUM_THREADS": "4"}, {"OPENBLAS_NUM_THREADS": "4", **WIDE}),
        ({"NUMPYRNN_KEEP_BLAS": "1"}, {"NUMPYRNN_KEEP_BLAS": "1"}),
        ({"NUMPYRNN_KEEP_BLAS": "0"}, {"NUMPYRNN_KEEP_BLAS": "0", **ONE, **WIDE}),
    ],
)
def test_what_the_user_has_set_stands(pretend, users, chosen):
    pretend("Zen 4")
    environ = dict(users)
    choose_blas("compare", environ)
    assert environ == chosen


def test_a_numpy_without_its_own_openblas_gets_no_core_type(pretend):
    pretend("Zen 4", bundled=False)
    environ = {}
    choose_blas("compare", environ)
    assert environ == ONE


def test_after_numpy_has_been_loaded_nothing_is_set(pretend):
    pretend("Zen 4", loaded=True)
    environ = {}
    choose_blas("compare", environ)
    assert environ == {}


def test_a_python_of_32_bits_gets_no_core_type(pretend):
    pretend("Zen 4", maxsize=2**31 - 1)
    assert machine.better_core_type() is None


def python(script, *words, **variables):
    """What a new process prints, started as `numpyrnn WORDS` would be."""
    clean = {name: v for name, v in os.environ.items() if name not in machine.ENVIRONMENT}
    ran = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, env={**clean, **variables},
        capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_machine_imports_no_numpy_and_finds_the_wheels_library_without_it():
    script = (
        "import sys\nfrom numpyrnn import machine\nmachine.bundled_openblas()\n"
        "machine.choose_blas('compare', {})\nprint('numpy' in sys.modules)"
    )
    assert python(script) == "False\n"


def test_the_command_line_chooses_before_numpy_is_loaded():
    script = (
        "import sys\nfrom numpyrnn import machine\n"
        "machine.choose_blas = lambda command: print(command, 'numpy' in sys.modules)\n"
        "from numpyrnn import cli\ncli._answered = lambda words: 0\n"
        "cli.main(['--version'])\ncli.main(['lm', '--help'])\ncli.main([])"
    )
    assert python(script) == "--version False\nlm False\nNone False\n"


@pytest.mark.whole
@pytest.mark.skipif(machine.bundled_openblas() is None, reason="needs NumPy's own OpenBLAS")
@pytest.mark.parametrize(
    ("words", "variables", "one"),
    [
        (["compare"], {}, True),
        (["lm"], {"OPENBLAS_NUM_THREADS": "2"}, False),
        (["compare"], {"OPENBLAS_NUM_THREADS": "2"}, False),
        (["compare"], {"NUMPYRNN_KEEP_BLAS": "1", "OMP_NUM_THREADS": "2"}, False),
        (["doctor"], {"OMP_NUM_THREADS": "2"}, False),
    ],
)
def test_openblas_starts_as_the_command_line_chose(words, variables, one):
    script = (
        "import sys; from numpyrnn.machine import choose_blas, facts; choose_blas(*sys.argv[1:]); "
        "print(facts().threads == 1)"
    )
    if not one and facts().cores < 2:
        pytest.skip("OpenBLAS starts no more threads than there are cores")
    assert python(script, *words, **variables) == f"{one}\n"


# What is read afterwards -----------------------------------------------------------------------


def test_facts_know_numpy_python_and_the_cores():
    import numpy as np

    here = facts()
    assert here.numpy == np.__version__
    assert here.python.startswith(".".join(map(str, sys.version_info[:3])))
    assert 1 <= here.cores <= (os.cpu_count() or 1)
    assert here.simd and all(isinstance(name, str) for name in here.simd)


@pytest.mark.skipif(machine.bundled_openblas() is None, reason="needs NumPy's own OpenBLAS")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_facts_ask_the_openblas_that_runs():
    script = (
        "import dataclasses, json; from numpyrnn.machine import facts; "
        "print(json.dumps(dataclasses.asdict(facts())))"
    )
    answer = json.loads(python(script, OPENBLAS_NUM_THREADS="1", OPENBLAS_CORETYPE="Nehalem"))
    assert answer["blas"].startswith("OpenBLAS 0.") and answer["bundled"]
    assert answer["threads"] == 1
    if answer["cpu_simd"] and "avx" in answer["cpu_simd"]:
        assert answer["core_type"] == "Nehalem"
    assert answer["environment"] == {
        "OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip


def test_what_is_unknown_is_said_to_be(monkeypatch, tmp_path):
    for name in ("CPUINFO", "LOADED_FILES", "CPU_QUOTA"):
        monkeypatch.setattr(machine, name, tmp_path / "none")
    monkeypatch.setattr(machine, "bundled_openblas", lambda: None)
    here = facts()
    assert (here.core_type, here.threads, here.vendor) == (None, None, None)
    assert (here.cpu_simd, here.bundled) == ((), False)
    assert "BLAS core type   unknown" in here.lines()
    assert "BLAS threads     unknown" in here.lines()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", "OpenBLAS"),
        ("/opt/conda/lib/libmkl_rt.so.2", "MKL"),
        ("/usr/lib/libblis.so.4", "BLIS"),
        ("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.12.0", "reference BLAS"),
        ("/usr/lib/libm.so.6", None),
        ("/data/openblas/notes.txt", None),
    ],
)
def test_the_loaded_library_tells_whose_blas_it_is(file, name, monkeypatch, tmp_path):
    maps = tmp_path / "maps"
    maps.write_text(f"7f00-7f01 r-xp 0000 00:00 0\n7f01-7f02 r-xp 0000 08:01 42      {file}\n")
    monkeypatch.setattr(machine, "LOADED_FILES", maps)
    monkeypatch.setattr(machine, "bundled_openblas", lambda: None)
    path, owner = machine.loaded_blas()
    assert owner == name and path == (Path(file) if name else None)


@pytest.mark.parametrize(
    ("quota", "cores"),
    [("max 100000", 8), ("150000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8), ("", 8)],
)
def test_a_containers_share_of_the_cpu_limits_the_cores(quota, cores, monkeypatch, tmp_path):
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    monkeypatch.setattr(machine, "CPU_QUOTA", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(8), raising=False)
    assert facts().cores == cores


def test_the_first_processor_of_several_is_read(pretend):
    pretend("Skylake-X")
    assert facts().cpu == "Intel(R) Xeon(R) Platinum 8175M"
    assert facts().vendor == "GenuineIntel" and facts().avx512 and facts().avx2
    pretend("ARM")
    assert facts().cpu_simd == ("asimd", "sve")


@pytest.mark.parametrize(
    ("simd", "avx2", "avx512"),
    [
        (("X86_V2", "X86_V3"), True, False),
        (("SSE42", "AVX2", "AVX512F"), True, False),
        (("AVX2", "AVX512_SKX"), True, True),
        (("X86_V3", "X86_V4"), True, True),
        (("NEON",), False, False),
    ],
)
def test_numpy_knows_the_cpu_where_the_system_says_nothing(simd, avx2, avx512):
    pretended = Machine("2.4", "3.11", None, 4, simd, (), None, None, None)
    assert (pretended.avx2, pretended.avx512) == (avx2, avx512)


def test_lines_are_aligned_and_fit_a_terminal():
    pretended = Machine(
        "2.4.6", "3.11.7 on Linux x86_64", "AMD EPYC", 2, ("X86_V2",), machine.SIMD_FLAGS,
        "OpenBLAS 0.3.31", "Haswell", 2, {"OMP_NUM_THREADS": "2"}, "AuthenticAMD", True,
    )  # fmt: skip
    lines = pretended.lines()
    assert max(map(len, lines)) <= 80
    assert {line[15:17] for line in lines} == {"  "} and all(line[17] != " " for line in lines)
    assert "BLAS             OpenBLAS 0.3.31 from the NumPy wheel" in lines
    assert lines[-1].split() == ["environment", "OMP_NUM_THREADS=2"]
    assert " ".join(" ".join(lines).split()).count("avx512f") == 1
