"""What `numpyrnn doctor` has to say about a machine, before it measures."""

from __future__ import annotations

from dataclasses import dataclass

from numpyrnn.benchmarks.doctor_measure import Setting, Trial
from numpyrnn.machine import Machine

# OpenBLAS' names for kernels without AVX2. Those that NumPy's wheels leave out go by the first
# name that shares their kernels: Prescott is called Katmai there.
OLD_KERNELS = frozenset({
    "generic", "prescott", "katmai", "coppermine", "northwood", "banias", "atom", "core2", "penryn",
    "dunnington", "nehalem", "athlon", "opteron", "opteron_sse3", "barcelona", "nano",
    "sandybridge", "bobcat", "bulldozer", "piledriver",
})  # fmt: skip
AVX2_KERNELS = frozenset({"haswell", "zen"})

BEFORE = "in the environment, before Python starts"


@dataclass(frozen=True)
class MachineFinding:
    """Something to know about the machine: what it is, why it matters, what to set."""

    key: str  # "kernels", "threads", "blas", "numpy"
    what: str
    why: str
    cure: str
    wrong: bool = True  # else it is only good to know
    trial: Trial | None = None


def findings(machine: Machine) -> list[MachineFinding]:
    """What the facts mean, from the gravest to the least."""
    checks = (check_numpy, check_blas, check_kernels, check_threads)
    all_findings = [finding for check in checks if (finding := check(machine))]
    return sorted(all_findings, key=lambda finding: not finding.wrong)


def check_numpy(machine: Machine) -> MachineFinding | None:
    """NumPy below 2."""
    if int(machine.numpy.partition(".")[0]) >= 2:
        return None
    return MachineFinding(
        "numpy",
        f"NumPy {machine.numpy} is older than 2.",
        "numpyrnn is written for NumPy 2 and tested with nothing older, and OpenBLAS has been "
        "mended and made faster since.",
        'pip install --upgrade "numpy>=2"',
    )


def check_blas(machine: Machine) -> MachineFinding | None:
    """Another BLAS than OpenBLAS, or none that is known."""
    name = (machine.blas or "").lower()
    if "openblas" in name:
        return None
    for known, note in (
        ("mkl", "It is fast on Intel's CPUs; MKL_NUM_THREADS sets its threads."),
        ("accelerate", "It is Apple's, and fast on Apple's CPUs; VECLIB_MAXIMUM_THREADS sets its "
         "threads."),
        ("blis", "It is fast, most of all on AMD's CPUs; BLIS_NUM_THREADS sets its threads."),
    ):  # fmt: skip
        if known in name:
            why = f"{note} Its kernels and threads cannot be read here."
            what = f"The BLAS is {machine.blas}, not OpenBLAS."
            return MachineFinding("blas", what, why, "", wrong=False)
    if not name:
        return MachineFinding(
            "blas",
            "It is not known which BLAS NumPy uses.",
            "Nothing about its kernels and threads can be said.",
            "python -c 'import numpy; numpy.show_config()' shows what NumPy was built with.",
            wrong=False,
        )
    return MachineFinding(
        "blas",
        f"NumPy multiplies matrices with {machine.blas}, which is very slow.",
        "The reference BLAS and NumPy's own loops use neither the caches nor the SIMD units of the "
        "CPU well; OpenBLAS is many times faster on the products of an LSTM.",
        "pip install --force-reinstall numpy (the wheel brings OpenBLAS), or let your system's "
        "libblas be OpenBLAS.",
    )


def check_kernels(machine: Machine) -> MachineFinding | None:
    """OpenBLAS runs kernels that are older than the CPU."""
    core = (machine.core_type or "").lower()
    if machine.avx512 and core in AVX2_KERNELS:
        has, better = "AVX-512", "SkylakeX"
    elif (machine.avx512 or machine.avx2) and core in OLD_KERNELS:
        has, better = ("AVX-512", "SkylakeX") if machine.avx512 else ("AVX2", "Haswell")
    else:
        return None
    chosen = machine.environment.get("OPENBLAS_CORETYPE")
    cure = f"OPENBLAS_CORETYPE={better} {BEFORE}"
    cure += f", instead of OPENBLAS_CORETYPE={chosen}." if chosen else "."
    does_it = machine.bundled and machine.vendor == "AuthenticAMD" and machine.avx512
    if does_it and not left_alone(machine, chosen):
        cure += " The numpyrnn commands do it themselves, except bench and doctor."
    return MachineFinding(
        "kernels",
        f"OpenBLAS runs {machine.core_type} kernels on a CPU that has {has}.",
        f"It was told to by OPENBLAS_CORETYPE={chosen}." if chosen else "OpenBLAS picks its "
        "kernels by the name of the CPU, and took this one for an older one than it is. "
        f"{better} kernels use the wider registers that it has.",
        cure,
        trial=Trial(
            Setting(str(machine.core_type), {"OPENBLAS_NUM_THREADS": "1"}),
            Setting(better, {"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": better}),
            ("product", "large"),
        ),
    )


def check_threads(machine: Machine) -> MachineFinding | None:
    """More than one BLAS thread, or more of them than cores."""
    if machine.threads is None or machine.threads <= 1:
        return None
    what = f"OpenBLAS shares matrix products between {machine.threads} threads"
    if crowded := machine.threads > machine.cores:
        what += f", and this process may use {machine.cores} core{'s' * (machine.cores > 1)}"
    why = (
        "A small product is over before a second thread has begun to help, and a thread that has "
        "to wait for its core, because another program has it, holds up all the others: small "
        "products have been seen to take 40 times as long."
    )
    if crowded:
        why = "With more threads than cores, some always wait. " + why
    chosen = machine.environment.get("OPENBLAS_NUM_THREADS")
    cure = f"OPENBLAS_NUM_THREADS=1 {BEFORE}"
    if not crowded:
        cure += ", unless your models are large and the cores are free"
    cure += f"; now it is {chosen}." if chosen else "."
    if not left_alone(machine, chosen):
        cure += " The numpyrnn commands do it themselves, except lm, bench and doctor."
    return MachineFinding(
        "threads",
        f"{what}.",
        why,
        cure,
        trial=Trial(
            Setting(f"{machine.threads} threads", {}),
            Setting("1 thread", {"OPENBLAS_NUM_THREADS": "1"}),
            ("small", "large"),
        ),
    )


def left_alone(machine: Machine, chosen: str | None) -> bool:
    """Whether the commands leave a variable as it is, because the user wants it so."""
    return bool(chosen) or machine.environment.get("NUMPYRNN_KEEP_BLAS") == "1"
