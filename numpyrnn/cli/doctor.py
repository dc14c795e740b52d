"""Say which BLAS multiplies NumPy's matrices here, and what would make it faster.

An LSTM spends its time in small matrix products, and how fast they are is decided before NumPy is
loaded: which kernels OpenBLAS picks for the CPU, and how many threads share a product. The command
shows the machine as a program finds it that imports numpyrnn, names what is wrong in plain words
with what to set, and measures what that gives, in processes that take turns (below 15 seconds; on
a machine that is busy with something else up to 30, and then it says so).
The exit code is 0 whatever is found.
"""

from __future__ import annotations

import argparse
import dataclasses
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpyrnn import machine
from numpyrnn.benchmarks import doctor_measure
from numpyrnn.benchmarks.doctor_findings import Finding, findings
from numpyrnn.benchmarks.doctor_measure import JOBS, Measured, NotMeasured, Trial
from numpyrnn.benchmarks.trust import WAITED
from numpyrnn.cli.paths import output_file, path_name
from numpyrnn.experiments.files import write_json
from numpyrnn.machine import Machine
from numpyrnn.progress import bar
from numpyrnn.text import shown

EXAMPLES = """
numpyrnn doctor
numpyrnn doctor --no-measure
numpyrnn doctor --json machine.json
"""
WIDTH = 80
WORTH = 1.05  # a smaller gain may be noise


@dataclass(frozen=True)
class Outcome:
    """A finding with what its trial measured, or why it could not."""

    finding: Finding
    measured: Measured | None = None
    failure: str | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--no-measure", "--quick", action="store_true",
        help="only the facts and what they mean, in a second",
    )
    parser.add_argument(
        "--json", type=path_name, metavar="FILE",
        help="write the facts, findings and measurements to FILE too",
    )


def run(args: argparse.Namespace) -> None:
    """Print the facts, then the findings with what they measured."""
    file = None if args.json is None else output_file(args.json, "--json", "machine.json")
    found = machine.facts()
    print("\n".join(found.lines()) + "\n")
    outcomes = examine(findings(found), measuring=not args.no_measure)
    print("\n\n".join(report(found, outcomes)))
    if file:
        write_json(file, record(found, outcomes), indent=2)
        print(f"\nwritten: {shown(file)}")


# What it costs ---------------------------------------------------------------------------------


def examine(several: Sequence[Finding], measuring: bool = True) -> list[Outcome]:
    """Each finding with its measurement, if it has one to make."""
    trials = sum(finding.trial is not None for finding in several) if measuring else 0
    outcomes = []
    rounds = trials * doctor_measure.ROUNDS or None
    with bar(None, "measuring", rounds, unit="round", delay=0.5) as progress:
        for finding in several:
            measured = failure = None
            if measuring and finding.trial:
                try:
                    measured = doctor_measure.measure(finding.trial, progress.update)
                except NotMeasured as error:
                    failure = str(error)
            outcomes.append(Outcome(finding, measured, failure))
    return outcomes


def report(found: Machine, outcomes: Sequence[Outcome]) -> list[str]:
    """The findings in words, one paragraph each; the first one says it if nothing is wrong."""
    paragraphs = []
    if not any(outcome.finding.wrong for outcome in outcomes):
        paragraphs.append("Nothing wrong: " + nothing_wrong(found))
    for number, outcome in enumerate(outcomes, 1):
        finding = outcome.finding
        lines = [f"{number}. {finding.what}"]
        lines += [finding.why] + [f"Set: {finding.cure}"] * bool(finding.cure)
        rows = [lines[0], *(f"   {line}" for line in lines[1:])]
        if outcome.failure:
            rows.append(f"   Not measured: {outcome.failure}.{advice_after(outcome.failure)}")
        text = [
            line
            for row in rows
            for line in textwrap.wrap(
                row, WIDTH, subsequent_indent="   ", break_on_hyphens=False, break_long_words=False
            )
        ]
        if outcome.measured and finding.trial:
            text += measured_lines(finding.trial, outcome.measured, verdict(finding, outcome))
        paragraphs.append("\n".join(text))
    return ["\n".join(textwrap.wrap(p, WIDTH)) if "\n" not in p else p for p in paragraphs]


def nothing_wrong(found: Machine) -> str:
    """Why, as far as it is known."""
    reasons = []
    if found.core_type:
        reasons.append(f"OpenBLAS runs the {found.core_type} kernels, which suit this CPU")
    if found.threads == 1:
        reasons.append("on one thread, as small matrices want it")
    return (", ".join(reasons) or "nothing speaks against this NumPy") + "."


def advice_after(failure: str) -> str:
    """What a process's end means for the cure."""
    return " Do not set it: this CPU lacks an instruction." if "SIGILL" in failure else ""


def measured_lines(trial: Trial, measured: Measured, words: str) -> list[str]:
    """A table of milliseconds, and what it says."""
    head = f"   {f'Measured (medians of {measured.rounds} rounds)':40}"
    lines = [f"{head}{trial.now.name:>12}{trial.other.name:>12}{'gain':>9}"]
    for job, (now, other) in measured.milliseconds.items():
        gain = f"{measured.gain(job):.2f}x"
        lines.append(f"   {JOBS[job]!s:40}{now:9.2f} ms{other:9.2f} ms{gain:>9}")
    wrapped = textwrap.wrap(words, WIDTH, initial_indent="   ", subsequent_indent="   ")
    return lines + wrapped


def verdict(finding: Finding, outcome: Outcome) -> str:
    """What the numbers say, in a sentence or two."""
    measured, trial = outcome.measured, finding.trial
    assert measured and trial
    if finding.key == "threads":
        if not measured.trusted:
            return distrust(measured)
        return " ".join(_threads_verdict(trial, measured, job) for job in trial.jobs)
    before, after = measured.core_types
    if after == before:
        return f"The variable changed nothing: OpenBLAS runs {before} kernels with it too."
    if not measured.agrees:
        return (
            f"The results differ by {measured.difference:.0e} of the largest number, more than "
            "float32 rounding explains: do not set it, and report it to OpenBLAS."
        )
    gain = measured.gain(trial.jobs[-1])
    says = distrust(measured) if not measured.trusted else (
        f"A training step is {gain:.2f} times faster with {after} kernels."
        if gain >= WORTH
        else f"No gain here: leave the variable alone (a training step {gain:.2f} times as fast)."
    )
    return (
        f"{says} The results agree to {measured.difference:.0e} of the largest number, which is "
        "float32 rounding."
    )


def distrust(measured: Measured) -> str:
    """That the times say nothing, and why."""
    waited = f": a process waited for a core for {measured.waited:.0%} of its time"
    return (
        f"These times cannot be trusted, the machine is busy"
        f"{waited if measured.waited > WAITED else ''}. End the other programs, or wait, and run "
        "it again."
    )


def _threads_verdict(trial: Trial, measured: Measured, job: str) -> str:
    gain, size = measured.gain(job), f"H={getattr(JOBS[job], 'hidden', 0)}"
    if gain >= WORTH:
        return f"{size}: one thread is {gain:.2f} times faster."
    if gain <= 1 / WORTH:
        return (
            f"{size}: {trial.now.name} are {1 / gain:.2f} times faster, as long as no other "
            "program wants their cores."
        )
    return f"{size}: no difference; one thread leaves the other cores free."


# The file --------------------------------------------------------------------------------------


def record(found: Machine, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All of it as JSON has it."""
    return {
        "machine": dataclasses.asdict(found),
        "findings": [_entry(outcome) for outcome in outcomes],
    }


def _entry(outcome: Outcome) -> dict[str, Any]:
    finding, measured = outcome.finding, outcome.measured
    entry: dict[str, Any] = {
        name: getattr(finding, name) for name in ("key", "wrong", "what", "why", "cure")
    }
    entry["not_measured"] = outcome.failure
    entry["measured"] = measured and {
        "settings": [side._asdict() for side in (finding.trial or ())[:2]],
        "milliseconds": {str(JOBS[job]): times for job, times in measured.milliseconds.items()},
        "gain": {str(JOBS[job]): measured.gain(job) for job in measured.milliseconds},
        "rounds": measured.rounds,
        "core_types": measured.core_types,
        "threads": measured.threads,
        "waited": measured.waited,
        "trusted": measured.trusted,
        "difference": measured.difference,
        "agrees": measured.agrees,
        "verdict": verdict(finding, outcome),
    }
    return entry
