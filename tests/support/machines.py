"""Machines that `doctor` may meet, and what it may measure on them."""

from dataclasses import replace

from numpyrnn.benchmarks.doctor_measure import TrialTimes
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
