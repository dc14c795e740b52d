"""Which BLAS runs on this machine, what is wrong with it, and what each cure gains, in words."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from numpyrnn import machine
from numpyrnn.benchmarks import doctor_measure
from numpyrnn.benchmarks.doctor_findings import MachineFinding, findings
from numpyrnn.benchmarks.doctor_measure import JOBS, NotMeasured, Trial, TrialTimes
from numpyrnn.benchmarks.trust import WAITED
from numpyrnn.machine import Machine
from numpyrnn.progress import bar
from numpyrnn.running import Record, Run

WIDTH = 80
WORTH = 1.05  # a smaller gain may be noise
RECORDED = ("rounds", "core_types", "threads", "waited", "trusted", "difference", "agrees")


@dataclass(frozen=True)
class Outcome:
    """A finding with what its trial measured, or why it could not."""

    finding: MachineFinding
    times: TrialTimes | None = None
    failure: str | None = None


@dataclass(frozen=True)
class DoctorReport:
    """What `doctor` has to say about a machine."""

    machine: Machine
    outcomes: Sequence[Outcome]

    def table(self) -> str:
        """The findings in words, with the table of what each trial measured."""
        return "\n\n".join(report(self.machine, self.outcomes))

    def figures(self) -> dict[str, Any]:
        """None."""
        return {}

    def record(self) -> dict[str, Any]:
        """All of it as JSON has it."""
        return {
            "machine": dataclasses.asdict(self.machine),
            "findings": [_entry(outcome) for outcome in self.outcomes],
        }


def doctor(*, measure: bool = True, progress: bool = False) -> Run[DoctorReport]:
    """Say which BLAS multiplies NumPy's matrices here, and measure what would make it faster.

    The event "start" has the "machine"; each event "finding" has its "outcome". With measure=False
    no process is started. `progress` shows a bar.
    """

    def records() -> Generator[Record, None, DoctorReport]:
        facts = machine.facts()
        yield {"event": "start", "machine": facts}
        several = findings(facts)
        trials = sum(finding.trial is not None for finding in several) if measure else 0
        rounds = trials * doctor_measure.ROUNDS or None
        outcomes = []
        with bar(None, "measuring", rounds, unit="round", delay=0.5, show=progress) as drawn:
            for finding in several:
                times = failure = None
                if measure and finding.trial:
                    try:
                        times = doctor_measure.measure(finding.trial, drawn.update)
                    except NotMeasured as error:
                        failure = str(error)
                outcomes.append(Outcome(finding, times, failure))
                yield {"event": "finding", "outcome": outcomes[-1]}
        return DoctorReport(facts, outcomes)

    return Run(records())


def report(machine: Machine, outcomes: Sequence[Outcome]) -> list[str]:
    """The findings in words, one paragraph each; the first one says it if nothing is wrong."""
    paragraphs = []
    if not any(outcome.finding.wrong for outcome in outcomes):
        paragraphs.append("Nothing wrong: " + nothing_wrong(machine))
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
        if outcome.times and finding.trial:
            text += measured_lines(finding.trial, outcome.times, verdict(finding, outcome))
        paragraphs.append("\n".join(text))
    return ["\n".join(textwrap.wrap(p, WIDTH)) if "\n" not in p else p for p in paragraphs]


def nothing_wrong(machine: Machine) -> str:
    """Why, as far as it is known."""
    reasons = []
    if machine.core_type:
        reasons.append(f"OpenBLAS runs the {machine.core_type} kernels, which suit this CPU")
    if machine.threads == 1:
        reasons.append("on one thread, as small matrices want it")
    return (", ".join(reasons) or "nothing speaks against this NumPy") + "."


def advice_after(failure: str) -> str:
    """What a process's end means for the cure."""
    return " Do not set it: this CPU lacks an instruction." if "SIGILL" in failure else ""


def measured_lines(trial: Trial, times: TrialTimes, words: str) -> list[str]:
    """A table of milliseconds, and what it says."""
    head = f"   {f'Measured (medians of {times.rounds} rounds)':40}"
    lines = [f"{head}{trial.now.name:>12}{trial.other.name:>12}{'gain':>9}"]
    for job, (now, other) in times.milliseconds.items():
        gain = f"{times.gain(job):.2f}x"
        lines.append(f"   {JOBS[job]!s:40}{now:9.2f} ms{other:9.2f} ms{gain:>9}")
    wrapped = textwrap.wrap(words, WIDTH, initial_indent="   ", subsequent_indent="   ")
    return lines + wrapped


def verdict(finding: MachineFinding, outcome: Outcome) -> str:
    """What the numbers say, in a sentence or two."""
    times, trial = outcome.times, finding.trial
    assert times and trial
    if finding.key == "threads":
        if not times.trusted:
            return distrust(times)
        return " ".join(_threads_verdict(trial, times, job) for job in trial.jobs)
    before, after = times.core_types
    if after == before:
        return f"The variable changed nothing: OpenBLAS runs {before} kernels with it too."
    if not times.agrees:
        return (
            f"The results differ by {times.difference:.0e} of the largest number, more than "
            "float32 rounding explains: do not set it, and report it to OpenBLAS."
        )
    gain = times.gain(trial.jobs[-1])
    conclusion = distrust(times) if not times.trusted else (
        f"A training step is {gain:.2f} times faster with {after} kernels."
        if gain >= WORTH
        else f"No gain here: leave the variable alone (a training step {gain:.2f} times as fast)."
    )
    return (
        f"{conclusion} The results agree to {times.difference:.0e} of the largest number, which "
        "is float32 rounding."
    )


def distrust(times: TrialTimes) -> str:
    """That the times say nothing, and why."""
    waited = f": a process waited for a core for {times.waited:.0%} of its time"
    return (
        f"These times cannot be trusted, the machine is busy"
        f"{waited if times.waited > WAITED else ''}. End the other programs, or wait, and run "
        "it again."
    )


def _threads_verdict(trial: Trial, times: TrialTimes, job: str) -> str:
    gain, size = times.gain(job), f"H={getattr(JOBS[job], 'hidden', 0)}"
    if gain >= WORTH:
        return f"{size}: one thread is {gain:.2f} times faster."
    if gain <= 1 / WORTH:
        return (
            f"{size}: {trial.now.name} are {1 / gain:.2f} times faster, as long as no other "
            "program wants their cores."
        )
    return f"{size}: no difference; one thread leaves the other cores free."


def _entry(outcome: Outcome) -> dict[str, Any]:
    finding, times = outcome.finding, outcome.times
    entry: dict[str, Any] = {
        name: getattr(finding, name) for name in ("key", "wrong", "what", "why", "cure")
    }
    entry["not_measured"] = outcome.failure
    entry["measured"] = times and {
        "settings": [setting._asdict() for setting in (finding.trial or ())[:2]],
        "milliseconds": {str(JOBS[job]): pair for job, pair in times.milliseconds.items()},
        "gain": {str(JOBS[job]): times.gain(job) for job in times.milliseconds},
        **{name: getattr(times, name) for name in RECORDED},
        "verdict": verdict(finding, outcome),
    }
    return entry
