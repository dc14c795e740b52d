"""The machine underneath: which BLAS multiplies NumPy's matrices, with which kernels and threads.

OpenBLAS, which NumPy's wheels bring with them, takes its choices from the environment while NumPy
is being loaded and never again. So this room imports no NumPy: the command line calls `choose_blas`
first, and `facts` says afterwards (or in any program that uses the library) what was chosen.
"""

from __future__ import annotations

import ctypes
import importlib.util
import math
import os
import platform
import sys
import textwrap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CPUINFO = Path("/proc/cpuinfo")
LOADED_FILES = Path("/proc/self/maps")
CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")

# `bench` and `doctor` report the machine as a program that imports numpyrnn finds it.
AS_INSTALLED = frozenset({"bench", "doctor"})
# Only these multiply matrices so large that a second thread pays. On small ones it gains nothing,
# and is up to 40 times slower while another program uses the core.
LARGE_MATRICES = frozenset({"lm"})

# What OpenBLAS' SkylakeX kernels are compiled for; without one of them they end in SIGILL.
SKYLAKEX_NEEDS = frozenset({"avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"})

# Out of about 150 flags, those that decide how fast a matrix product runs.
SIMD_FLAGS = (
    "sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512cd", "avx512bw", "avx512dq",
    "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile",
    "asimd", "asimdhp", "asimddp", "sve", "sve2", "bf16", "i8mm",
)  # fmt: skip

ENVIRONMENT = (
    "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OPENBLAS_DEFAULT_NUM_THREADS",
    "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES",
    "NUMPYRNN_KEEP_BLAS",
)  # fmt: skip

# A piece of a library's path -> whose it is; "blas" alone is the reference implementation.
BLAS_FILES = {
    "openblas": "OpenBLAS", "libmkl": "MKL", "libblis": "BLIS", "libblas": "reference BLAS",
    "libcblas": "reference BLAS",
}  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """What decides how fast NumPy multiplies matrices here; None is what is not known."""

    numpy: str
    python: str
    cpu: str | None
    cores: int  # that this process may use
    simd: tuple[str, ...]  # what NumPy uses, in NumPy's words
    cpu_simd: tuple[str, ...]  # what the CPU has, in the words of /proc/cpuinfo
    blas: str | None  # name and version
    core_type: str | None  # the CPU that OpenBLAS' kernels were written for
    threads: int | None
    environment: dict[str, str] = field(default_factory=dict)
    vendor: str | None = None  # of the CPU: AuthenticAMD, GenuineIntel
    bundled: bool = False  # the BLAS came with NumPy's wheel

    @property
    def avx2(self) -> bool:
        """Whether the CPU has what Haswell kernels need, as the system or NumPy sees it."""
        return {"avx2", "fma"} <= set(self.cpu_simd) or not {"AVX2", "X86_V3"}.isdisjoint(self.simd)

    @property
    def avx512(self) -> bool:
        """Whether the CPU has what SkylakeX kernels need, as the system or NumPy sees it."""
        numpys = {"AVX512_SKX", "X86_V4"}
        return set(self.cpu_simd) >= SKYLAKEX_NEEDS or not numpys.isdisjoint(self.simd)

    def lines(self) -> list[str]:
        """The facts, one a line in two aligned columns, 80 characters wide."""
        rows = [
            ("NumPy", self.numpy),
            ("Python", self.python),
            ("CPU", self.cpu),
            ("cores", f"{self.cores} for this process"),
            ("SIMD of NumPy", " ".join(self.simd)),
            ("SIMD of the CPU", " ".join(self.cpu_simd)),
            ("BLAS", self.blas and f"{self.blas}{' from the NumPy wheel' * self.bundled}"),
            ("BLAS core type", self.core_type),
            ("BLAS threads", self.threads and str(self.threads)),
            ("environment", " ".join(f"{k}={v}" for k, v in self.environment.items()) or "-"),
        ]
        width = max(len(name) for name, _ in rows) + 2
        return [
            f"{name if i == 0 else '':{width}}{line}"
            for name, value in rows
            for i, line in enumerate(textwrap.wrap(value or "unknown", 80 - width))
        ]


# Before NumPy is loaded ------------------------------------------------------------------------


def choose_blas(command: str | None = None, environ: MutableMapping[str, str] = os.environ) -> None:
    """Set how OpenBLAS starts under `numpyrnn COMMAND`; variables that the user has set stay.

    One thread, unless the command multiplies large matrices. SkylakeX kernels where OpenBLAS would
    run Haswell ones on an AVX-512 CPU. NUMPYRNN_KEEP_BLAS=1 turns both off; after NumPy has been
    loaded they would come too late.
    """
    keep = environ.get("NUMPYRNN_KEEP_BLAS") == "1"
    if keep or command in AS_INSTALLED or "numpy" in sys.modules:
        return
    if command not in LARGE_MATRICES:
        environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "OPENBLAS_CORETYPE" not in environ and (better := better_core_type()):
        environ["OPENBLAS_CORETYPE"] = better


def better_core_type() -> str | None:
    """The OPENBLAS_CORETYPE that beats OpenBLAS' own choice, if that is certain, else None.

    On AMD Zen 4 and 5 the OpenBLAS of NumPy's wheels picks Haswell kernels (AVX2), although the CPU
    runs its SkylakeX ones (AVX-512). It knows Intel's AVX-512 CPUs. Where the system does not say
    what the CPU has, nothing is changed: a wrong guess ends in an illegal instruction.
    """
    cpu = cpu_facts()
    amd = cpu.get("vendor_id") == "AuthenticAMD" and sys.maxsize > 2**32
    avx512 = set(cpu.get("flags", "").split()) >= SKYLAKEX_NEEDS
    return "SkylakeX" if amd and avx512 and bundled_openblas() else None


def cpu_facts() -> dict[str, str]:
    """What Linux says about the first processor, by name; empty on other systems."""
    facts: dict[str, str] = {}
    try:
        with CPUINFO.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, colon, value = line.partition(":")
                if not colon and facts:  # a blank line: the next processor
                    break
                facts[name.strip()] = value.strip()
    except OSError:
        pass
    return facts


def bundled_openblas() -> Path | None:
    """The OpenBLAS that came with NumPy's wheel, found without importing NumPy."""
    spec = importlib.util.find_spec("numpy")
    for place in spec.submodule_search_locations or () if spec else ():
        package = Path(place)
        for folder in (package.parent / "numpy.libs", package / ".dylibs"):
            for path in sorted(folder.glob("*openblas*")):
                return path.resolve()
    return None


# After that ------------------------------------------------------------------------------------


def facts() -> Machine:
    """The machine as this process has it. Imports NumPy."""
    import numpy as np

    cpu = cpu_facts()
    config = np.show_config(mode="dicts") or {}
    simd = config.get("SIMD Extensions", {})
    used = (*simd.get("baseline", ()), *simd.get("found", ()))
    flags = set((cpu.get("flags") or cpu.get("Features", "")).split())
    path, name = loaded_blas()
    library = _open(path) if name == "OpenBLAS" else None
    return Machine(
        numpy=np.__version__,
        python=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        cpu=cpu.get("model name") or _cpu_name(),
        cores=_cores(),
        simd=used,
        cpu_simd=tuple(flag for flag in SIMD_FLAGS if flag in flags),
        blas=_blas_version(library, name, config),
        core_type=_text(_ask(library, "get_corename", ctypes.c_char_p)),
        threads=_ask(library, "get_num_threads", ctypes.c_int),
        environment={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        vendor=cpu.get("vendor_id"),
        bundled=path is not None and path == bundled_openblas(),
    )


def loaded_blas() -> tuple[Path | None, str | None]:
    """Path and name of the BLAS library that this process has loaded; None for what is unknown."""
    own = bundled_openblas()
    try:
        text = LOADED_FILES.read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux: a wheel's own library is the one that it loads
        return own, "OpenBLAS" if own else None
    paths = [Path(line[line.index("/") :]) for line in text.splitlines() if "/" in line]
    if own in paths:  # SciPy may have loaded another one
        return own, "OpenBLAS"
    for piece, name in BLAS_FILES.items():
        for path in paths:
            if piece in str(path).lower() and ".so" in path.name:
                return path, name
    return None, None


def _blas_version(library: Any, name: str | None, config: Mapping[str, Any]) -> str | None:
    # "OpenBLAS 0.3.31 USE64BITINT DYNAMIC_ARCH ..." from the library that runs; otherwise what
    # NumPy was built against, which a distribution may have exchanged since.
    if running := _text(_ask(library, "get_config", ctypes.c_char_p)):
        return " ".join(running.split()[:2])
    built = config.get("Build Dependencies", {}).get("blas", {})
    if name is None and built.get("found") is False:
        return "none (NumPy's own loops)"
    built_name = str(built.get("name", "")) or None
    if name is None or name.lower() in (built_name or "").lower():
        return " ".join(filter(None, (built_name, str(built.get("version", ""))))) or None
    return name


def _open(path: Path | None) -> Any:
    # RTLD_NOLOAD: the copy in this process answers, or none.
    try:
        return path and ctypes.CDLL(str(path), mode=getattr(os, "RTLD_NOLOAD", 0) | os.RTLD_LAZY)
    except (OSError, AttributeError):
        return None


def _ask(library: Any, function: str, result: Any) -> Any:
    # NumPy's wheels rename OpenBLAS' functions so that two copies can live in one process.
    for prefix in ("scipy_openblas", "openblas"):
        for suffix in ("64_", "", "_64", "_"):
            entry = getattr(library, f"{prefix}_{function}{suffix}", None) if library else None
            if entry is not None:
                entry.restype, entry.argtypes = result, ()
                return entry()
    return None


def _text(answer: bytes | None) -> str | None:
    return answer.decode("ascii", errors="replace") if answer else None


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:  # a container may have fewer: microseconds of CPU in each period
        quota, period = CPU_QUOTA.read_text(encoding="ascii").split()
        cores = min(cores, max(1, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no limit reads "max"
        pass
    return cores


def _cpu_name() -> str | None:
    if sys.platform == "darwin":
        import subprocess

        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        try:
            return subprocess.run(command, capture_output=True, text=True).stdout.strip() or None
        except OSError:
            pass
    return platform.processor() or None
