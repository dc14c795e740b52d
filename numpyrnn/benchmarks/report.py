"""What `numpyrnn bench` says about its measurements: a table for each cell, and what it means."""

from __future__ import annotations

import statistics
import textwrap
from collections.abc import Mapping
from typing import Any

from numpyrnn.benchmarks.trust import WAITED
from numpyrnn.text import table

WIDTH = 80
DOUBT = "?"  # before a figure that cannot be trusted
HEADS = ["B,T,D,H", "ms", "spread", "numpyrnn's time", "steps/s", "tokens/s", "peak MB"]


def report(results: Mapping[str, Any], cell: str) -> str:
    """The table of one cell: a line for each shape, below it one for each of its peers."""
    from numpyrnn.plots.speed import TASKS

    options = results["options"]
    threads = f"{options['threads']} thread{'s' * (options['threads'] > 1)}"
    rows: list[list[str]] = []
    for result in results["results"]:
        if result["cell"] == cell:
            rows.append([",".join(map(str, result["shape"])), *[""] * (len(HEADS) - 1)])
            kernel = result["peers"].get("kernel", {}).get("trusted", True)
            rows += [_row(peer, figures, kernel) for peer, figures in result["peers"].items()]
    lines = table(HEADS, rows, "<>>>>>>", 2 * WIDTH)
    name = f"{cell.upper()}{' (reset_after)' * (cell == 'gru')}"
    title = f"{name}: {TASKS[options['task']]}, {options['dtype']}, {threads}"
    return "\n".join(["", title, *lines, *_compilation(results, cell), *_doubts(results, cell)])


def meaning(results: Mapping[str, Any]) -> str:
    """How to read the tables."""
    options = results["options"]
    notes = [
        f"peers: {', '.join(_versions(results))}.",
        f"ms: a step of one layer, batch-first arrays in and out; median of {options['rounds']} "
        f"round{'s' * (options['rounds'] > 1)}, each the median of its steps. Every peer runs in a "
        "process of its own; they take turns. A round in which a process waits for its core does "
        "not count, if others do; there are up to as many rounds again. spread: slowest less "
        "fastest round, in parts of the median.",
        "numpyrnn's time: 0.45x torch means that the kernel needs 0.45 of PyTorch's time: below 1 "
        "numpyrnn is faster, above 1 it is slower.",
        "GEMM share: time of the products / time of the kernel. The products are the same matrix "
        "products and nothing else; what is missing to 100 % is the cost of all the rest.",
        "peak MB: the process's peak memory less what the imports took; a library's preparations "
        "at its first step count.",
    ]
    if not any("share_of_products" in r["peers"].get("kernel", {}) for r in results["results"]):
        del notes[3]
    return "\n".join(["", *(line for note in notes for line in textwrap.wrap(note, WIDTH))])


def exceptions(results: Mapping[str, Any]) -> str:
    """What was left out and why; empty if nothing was."""
    notes = [f"left out: {death}" for death in results["failures"]]
    if results["not_measured"]:
        left = "; ".join(results["not_measured"])
        notes.insert(0, f"not measured, the time of --quick was up: {left}")
    return "\n".join(line for note in notes for line in textwrap.wrap(note, WIDTH))


def display_name(peer: str) -> str:
    """A peer's name in tables: that of --peers, and which BLAS kernels it was made to run."""
    return peer.replace("_skylakex", " (SkylakeX)")


def _row(peer: str, figures: Mapping[str, Any], kernel_trusted: bool) -> list[str]:
    ratio, doubt = "", "" if figures["trusted"] else f"{DOUBT} "
    if "kernel_over_peer" in figures:
        both = "" if kernel_trusted and not doubt else f"{DOUBT} "
        ratio = f"{both}{figures['kernel_over_peer']:.2f}x {display_name(peer)}"
    elif "share_of_products" in figures:
        ratio = f"{doubt}GEMM share {figures['share_of_products']:.0%}"
    memory = figures.get("peak_bytes")
    return [
        f"  {display_name(peer)}",
        doubt + _digits(figures["ms"]),
        f"{figures['spread']:.0%}",
        ratio,
        _si(figures["steps_per_second"]),
        _si(figures["tokens_per_second"]),
        "-" if memory is None else _digits(memory / 1e6),
    ]


def _compilation(results: Mapping[str, Any], cell: str) -> list[str]:
    """A line for each peer that compiled its step first."""
    seconds: dict[str, list[float]] = {}
    for result in results["results"]:
        for peer, figures in result["peers"].items():
            if result["cell"] == cell and figures.get("compile_seconds") is not None:
                seconds.setdefault(peer, []).append(figures["compile_seconds"])
    return [
        f"{peer}: compiled in {' to '.join(dict.fromkeys(ends))} s before its first step"
        for peer, taken in seconds.items()
        for ends in [(f"{min(taken):.1f}", f"{max(taken):.1f}")]
    ]


def _doubts(results: Mapping[str, Any], cell: str) -> list[str]:
    """What the mark means, if there is one in the table."""
    doubted = [
        figures
        for result in results["results"] if result["cell"] == cell
        for figures in result["peers"].values() if not figures["trusted"]
    ]  # fmt: skip
    if not doubted:
        return []
    waited = max(statistics.median(figures["waited"]) for figures in doubted)
    apart = max(figures["spread"] for figures in doubted)
    why = f"its rounds differ by up to {apart:.0%}"
    if waited > WAITED:
        why = f"a process waited for a core for up to {waited:.0%} of its time, {why}"
    loads = [load for load in results["load"] if load is not None]
    if loads:
        cores = results["machine"]["cores"]
        why += f" (load average {max(loads):.1f} on {cores} core{'s' * (cores > 1)})"
    return textwrap.wrap(
        f"{DOUBT} cannot be trusted: the machine was busy; {why}. End the other programs, or wait, "
        "and measure again.",
        WIDTH,
    )


def _versions(results: Mapping[str, Any]) -> list[str]:
    versions = (f["version"] for r in results["results"] for f in r["peers"].values())
    return list(dict.fromkeys(versions))


def _digits(value: float) -> str:
    """Three digits that count: 0.0644, 1.23, 12.3, 1,234."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}".rstrip(".")


def _si(value: float) -> str:
    """812, 12.3 k, 1.14 M."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= 10 * size or (value >= size and unit != "k"):
            return f"{value / size:#.3g}".rstrip(".") + f" {unit}"
    return _digits(value)
