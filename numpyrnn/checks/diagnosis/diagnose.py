"""diagnose(...): find the functions, call them, compare the forward pass, judge the gradients."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from numpyrnn.checks.diagnosis.bank.problem import Sizes, check_sizes
from numpyrnn.checks.diagnosis.calling.guarded import Guard, raised
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.find import find, namespace
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.judging.judge import judge
from numpyrnn.checks.diagnosis.report import Diagnosis, combined
from numpyrnn.checks.diagnosis.watch import Watch
from numpyrnn.validation import check_size


def diagnose(
    source: Any,
    *,
    cell: str | None = None,
    layout: str | None = None,
    gates: str | None = None,
    update: str | None = None,
    output: str | None = None,
    h0: str | None = None,
    bias: bool | str | None = None,
    reduction: str | None = None,
    batch: bool | None = None,
    course: str | None = None,
    sizes: tuple[int, int, int, int] = (5, 6, 2, 7),
    seed: int = 0,
    time_limit: float = 10.0,
    memory_limit: int = 2048,
) -> Diagnosis:
    """Say whether a hand-written backward pass is right, and if not, where and why.

    `source` is a Python file, a module, a class, a dict of functions, a backward function, or what
    `plant` made. A file runs in a process of its own, with `time_limit` (seconds of the student's
    code) and `memory_limit` (megabytes); everything else runs here. Functions are found by their
    names: a whole sequence `forward` and `backward`, one step `step_forward` and `step_backward`
    (`step`, `step_back`), alone or with the cell's name, or as methods of a class; `course` names
    the conventions of a course (courses/ lists them), and is found where the names tell it.

    The student's own forward pass decides: backward is right if it is its derivative. Declarations
    (in the file in capitals, or here) say what the code means, what is not declared is found by
    trying, and said: `cell` "rnn", "lstm", "gru", "gru-reset-after"; `layout` "row": x (N, T, D),
    Wx (D, G·H), as in CS231n; "column": x (T, D, B), W_xh (G, H, D); "time": x (T, N, D);
    "features": x (D, N, T); `gates` the order of the blocks, such as "ifog"; `update` "new": h =
    (1 - z) h' + z n; "keep": h = z h' + (1 - z) n; `output` "all" or "last" (the loss sees the
    last h alone); `h0` "given" or "zero"; `bias` True, False or "two"; `reduction` of the weight
    gradients over the batch, "sum" or "mean"; `batch` False for one vector at a time. `sizes`
    (T, B, D, H) and `seed` draw the numbers; other sizes are tried besides.

    Raises TypeError or ValueError for a source or option that cannot be; whatever the code itself
    does is part of the answer.
    """
    sizes, seed = check_sizes(sizes), check_size("seed", seed, 0)
    declared = dict(cell=cell, layout=layout, gates=gates, update=update, output=output, h0=h0,
                    bias=bias, reduction=reduction, batch=batch, course=course)
    Contract.checked(**declared)
    if isinstance(source, str | PathLike):
        from numpyrnn.checks.diagnosis.sandbox import in_process

        options = dict(declared=declared, sizes=tuple(sizes), seed=seed)
        return in_process(str(Path(source).expanduser()), options, time_limit=time_limit,
                          memory_limit=memory_limit)
    file, names = namespace(source)
    parts = list(verdicts(file, names, declared, sizes, seed))
    return combined(file, parts)


def diagnose_here(
    path: str, *, declared: Mapping[str, Any], sizes: tuple[int, int, int, int], seed: int,
    skip: tuple[str, ...] = (), without: Mapping[int, str] | None = None,
    watch: Watch | None = None, name: str | None = None, folder: str | None = None,
    before: str = "",
) -> Iterator[Diagnosis]:
    """The verdicts on the functions of a file, one after the other; it runs in this process.

    `name` is shown for a file that is a notebook's cell, `folder` has its neighbours, and `before`
    is source that runs before it. Functions of the names `skip` are not judged, statements at the
    lines `without` do not run, for the reasons given there.
    """
    from numpyrnn.checks.diagnosis.finding.course import course_of
    from numpyrnn.checks.diagnosis.finding.source import importable, run_source

    file, watch = name or Path(path).name, watch or Watch()
    try:
        course = course_of(path, declared.get("course"))
        with watch.timed():
            names = dict(course.names) if course else {}
            if before:
                names["__name__"] = f"diagnosed_{Path(path).stem}"
                linecache.cache["<earlier cells>"] = (
                    len(before), None, before.splitlines(keepends=True), "<earlier cells>")
                try:
                    exec(compile(before, "<earlier cells>", "exec"), names)
                except Exception as error:
                    raise CannotRun("unjudged", f"{file} uses earlier cells that do not run: "
                                    f"{raised(error)}.") from None
            source = run_source(
                path, stand_ins=course.stand_ins() if course else {}, name=name, folder=folder,
                names=names, small=course.small if course else {}, without=without, watch=watch,
            )
    except CannotRun as error:
        yield Diagnosis(file, error.status, error.headline)
        return
    with importable(source):
        yield from verdicts(source.file, source.names, declared, Sizes(*sizes), seed, skip,
                            tuple(source.notes), watch)


def verdicts(
    file: str, names: Mapping[str, Any], declared: Mapping[str, Any], sizes: Sizes, seed: int,
    skip: tuple[str, ...] = (), notes: tuple[str, ...] = (), watch: Watch | None = None,
) -> Iterator[Diagnosis]:
    """The verdict on each function, steps before the sequences that are made of them."""
    watch = watch or Watch()
    contract = Contract.checked(**{
        **Contract.declared_in(names), **{n: v for n, v in declared.items() if v is not None}})
    steps: dict[str, Diagnosis] = {}
    for subject in find(file, names, contract):
        if subject.function in skip:
            continue
        watch.begin(subject.function)
        guard = Guard(watch.timed)
        step = steps.get(_kind(subject)) if subject.form == "sequence" else None
        answer = judge(subject, sizes, seed, guard, step)
        if notes:
            answer = replace(answer, notes=(*answer.notes, *notes))
            notes = ()
        if subject.form == "step":
            steps[_kind(subject)] = answer
        yield answer


def _kind(subject: Subject) -> str:
    """What a step and its sequence have in common: "lstm" of lstm_step_backward."""
    name = subject.function.lower()
    for word in ("step_", "cell_", "_step", "_cell", "step", "cell"):
        name = name.replace(word, "")
    return name.replace("backward", "").replace("back", "").strip("_.")
