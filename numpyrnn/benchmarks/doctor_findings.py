"""What `numpyrnn doctor` has to say about a machine, before it measures."""

from __future__ import annotations

from dataclasses import dataclass

from numpyrnn.benchmarks.doctor_measure import Side, Trial
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
class Finding:
    """Something to know about the machine: what it is, why it matters, what to set."""

    key: str  # "kernels", "threads", "blas", "numpy"
    what: str
    why: str
    cure: str
    wrong: bool = True  # else it is only good to know
    trial: Trial | None = None


def findings(found: Machine) -> list[Finding]:
    """What the facts mean, from the gravest to the least."""
    checks = (check_numpy, check_blas, check_kernels, check_threads)
    several = [finding for check in checks if (finding := check(found))]
    return sorted(several, key=lambda finding: not finding.wrong)


def check_numpy(found: Machine) -> Finding | None:
    """NumPy below 2."""
    if int(found.numpy.partition(".")[0]) >= 2:
        return None
    return Finding(
        "numpy",
        f"NumPy {found.numpy} is older than 2.",
        "numpyrnn is written for NumPy 2 and tested with nothing older, and OpenBLAS has been "
        "mended and made faster since.",
        'pip install --upgrade "numpy>=2"',
    )


def check_blas(found: Machine) -> Finding | None:
    """Another BLAS than OpenBLAS, or none that is known."""
    name = (found.blas or "").lower()
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
            return Finding("blas", f"The BLAS is {found.blas}, not OpenBLAS.", why, "", wrong=False)
    if not name:
        return Finding(
            "blas",
            "It is not known which BLAS NumPy uses.",
            "Nothing about its kernels and threads can be said.",
            "python -c 'import numpy; numpy.show_config()' shows what NumPy was built with.",
            wrong=False,
        )
    return Finding(
        "blas",
        f"NumPy multiplies matrices with {found.blas}, which is very slow.",
        "The reference BLAS and NumPy's own loops use neither the caches nor the SIMD units of the "
        "CPU well; OpenBLAS is many times faster on the products of an LSTM.",
        "pip install --force-reinstall numpy (the wheel brings OpenBLAS), or let your system's "
        "libblas be OpenBLAS.",
    )


def check_kernels(found: Machine) -> Finding | None:
    """OpenBLAS runs kernels that are older than the CPU."""
    core = (found.core_type or "").lower()
    if found.avx512 and core in AVX2_KERNELS:
        has, better = "AVX-512", "SkylakeX"
    elif (found.avx512 or found.avx2) and core in OLD_KERNELS:
        has, better = ("AVX-512", "SkylakeX") if found.avx512 else ("AVX2", "Haswell")
    else:
        return None
    chosen = found.environment.get("OPENBLAS_CORETYPE")
    cure = f"OPENBLAS_CORETYPE={better} {BEFORE}"
    cure += f", instead of OPENBLAS_CORETYPE={chosen}." if chosen else "."
    does_it = found.bundled and found.vendor == "AuthenticAMD" and found.avx512
    if does_it and not kept(found, chosen):
        cure += " The numpyrnn commands do it themselves, except bench and doctor."
    return Finding(
        "kernels",
        f"OpenBLAS runs {found.core_type} kernels on a CPU that has {has}.",
        f"It was told to by OPENBLAS_CORETYPE={chosen}." if chosen else "OpenBLAS picks its "
        "kernels by the name of the CPU, and took this one for an older one than it is. "
        f"{better} kernels use the wider registers that it has.",
        cure,
        trial=Trial(
            Side(str(found.core_type), {"OPENBLAS_NUM_THREADS": "1"}),
            Side(better, {"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": better}),
            ("product", "large"),
        ),
    )


def check_threads(found: Machine) -> Finding | None:
    """More than one BLAS thread, or more of them than cores."""
    if found.threads is None or found.threads <= 1:
        return None
    what = f"OpenBLAS shares matrix products between {found.threads} threads"
    if crowded := found.threads > found.cores:
        what += f", and this process may use {found.cores} core{'s' * (found.cores > 1)}"
    why = (
        "A small product is over before a second thread has begun to help, and a thread that has "
        "to wait for its core, because another program has it, holds up all the others: small "
        "products have been seen to take 40 times as long."
    )
    if crowded:
        why = "With more threads than cores, some always wait. " + why
    chosen = found.environment.get("OPENBLAS_NUM_THREADS")
    cure = f"OPENBLAS_NUM_THREADS=1 {BEFORE}"
    if not crowded:
        cure += ", unless your models are large and the cores are free"
    cure += f"; now it is {chosen}." if chosen else "."
    if not kept(found, chosen):
        cure += " The numpyrnn commands do it themselves, except lm, bench and doctor."
    return Finding(
        "threads",
        f"{what}.",
        why,
        cure,
        trial=Trial(
            Side(f"{found.threads} threads", {}),
            Side("1 thread", {"OPENBLAS_NUM_THREADS": "1"}),
            ("small", "large"),
        ),
    )


def kept(found: Machine, chosen: str | None) -> bool:
    """Whether the commands leave a variable as it is, because the user wants it so."""
    return bool(chosen) or found.environment.get("NUMPYRNN_KEEP_BLAS") == "1"
