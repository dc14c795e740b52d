"""Runs the gradient check over a corpus of right and of wrong gradients, and writes the table.

    python tests/support/gradient_corpus.py [--seeds 100] [--part 0/4] [right | wrong]
"""

import argparse
import sys
import warnings
from typing import NamedTuple

import numpy as np

from numpyrnn.checks.gradients import check_gradients
from support.gradient_corpus_code import RIGHT
from support.gradient_corpus_wrong import WRONG

CORPUS = {"right": RIGHT, "wrong": WRONG}


class Row(NamedTuple):
    """What a number of seeds gave for one kind of problem."""

    kind: str
    method: str
    problems: int
    checks: int
    false: int
    error: float
    sees: float


def checked(maker, seed):
    """The report on one problem, made and checked with the same seed."""
    function, point, *options = maker(np.random.default_rng(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return check_gradients(function, point, rng=seed, progress=False, **dict(*options))


def mistaken(kind, seeds, part="0/1"):
    """Each false verdict as (name, seed, report), and the rows of the table by method.

    Part k/n has every n-th problem, so that several processes can share the work.
    """
    false, by_method = [], {}
    first, every = map(int, part.split("/"))
    for name, maker in list(CORPUS[kind].items())[first::every]:
        reports = [checked(maker, seed) for seed in seeds]
        false += [(name, s, r) for s, r in zip(seeds, reports, strict=True)
                  if bool(r) is (kind == "wrong")]
        method = reports[0].method
        if any("float32" in note and "see" in note for r in reports for note in r.notes):
            method += ", float32 inside"
        by_method.setdefault(method, []).append(reports)
    rows = []
    for method, problems in by_method.items():
        flat = [report for reports in problems for report in reports]
        passed = [report for report in flat if report]
        rows.append(Row(
            kind, method, len(problems), len(flat),
            sum(bool(r) is (kind == "wrong") for r in flat),
            max((r.worst.error for r in passed), default=np.nan),
            max((r.sees for r in passed), default=np.nan),
        ))
    return false, rows


def main():
    """Print the table, and return 1 if any verdict is false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(CORPUS))
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--part", default="0/1")
    args = parser.parse_args()
    wrong = 0
    print("| gradients | judged by | problems | checks | false verdicts | largest error | sees |")
    print("|---|---|---|---|---|---|---|")
    for kind in args.kinds:
        false, rows = mistaken(kind, range(args.seeds), args.part)
        for row in rows:
            sizes = [f"{x:.0e}" if np.isfinite(x) else "" for x in (row.error, row.sees)]
            print(f"| {kind} | {row.method} | {row.problems} | {row.checks:,} | {row.false} | "
                  f"{sizes[0]} | {sizes[1]} |", flush=True)
        for name, seed, report in false:
            print(f"\nFALSE: {name}, seed {seed}\n{report}", file=sys.stderr)
        wrong += len(false)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
