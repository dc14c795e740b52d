"""Time `numpyrnn lm` or `numpyrnn compare` against the same job in PyTorch, as whole processes.

From the start of Python to its end, everything in between: imports, reading, training, validation,
samples, checkpoints, figures. The two programs take turns, and each round begins with the other
one. What is not an option here goes to both programs as it is (--cell gru, --hidden 128,
--text FILE; --models gru,lstm, --texts 500). `numpyrnn lm` also fits a 5-gram, its baseline, which
the PyTorch program does not; how long that takes is measured apart, and printed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = """examples:
  whole_job.py lm --epochs 1
  whole_job.py lm --epochs 1 --cell gru --rounds 5 --threads 2 --json lm_gru.json
  whole_job.py compare --epochs 1 --models gru,lstm
  whole_job.py compare --threads 0           (threads as each program takes them by itself)
"""
SIDES = ("numpyrnn", "pytorch")
BASELINE = """
import sys, time
from numpyrnn.tasks.characters import Alphabet, read_text, reference_text, split_text
from numpyrnn.tasks.ngram import InterpolatedNgram
text = read_text(sys.argv[1]) if sys.argv[1] else reference_text()
alphabet = Alphabet(text)
train, validation = map(alphabet.encode, split_text(text))
began = time.perf_counter()
InterpolatedNgram(5).fit(train, len(alphabet)).bits_per_character(validation, context=train)
print(time.perf_counter() - began)
"""


def environment(threads: int) -> dict[str, str]:
    """This process's, with the package in reach and so many threads for every library."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    if threads:
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        variables |= dict.fromkeys(names, str(threads))
    return variables


def python(words: list[str], threads: int) -> str:
    """The output of Python run with these words; ends the program where that one failed."""
    ran = subprocess.run(
        [sys.executable, *words], env=environment(threads), capture_output=True, encoding="utf-8"
    )
    if ran.returncode:
        raise SystemExit(f"{ran.stderr.strip()}\nfailed: python {' '.join(words)}")
    return ran.stdout


def timed(side: str, job: str, options: list[str], threads: int) -> dict[str, Any]:
    """One whole process: wall and CPU seconds, those in training steps, and the score."""
    program = ["-m", "numpyrnn", job] if side == SIDES[0] else [str(HERE / f"{job}_in_pytorch.py")]
    if side == SIDES[1] and threads:
        program += ["--threads", str(threads)]
    with tempfile.TemporaryDirectory() as out:
        cpu, began = os.times(), time.perf_counter()
        python([*program, *options, "--out", out], threads)
        wall, after = time.perf_counter() - began, os.times()
        results = json.loads((Path(out) / "results.json").read_text(encoding="utf-8"))
    used = after.children_user + after.children_system - cpu.children_user - cpu.children_system
    if job == "lm":
        scores, training = {"bits": results["bits_per_char"]}, results["training_seconds"]
    else:
        models = results["models"]
        scores = {name: model["accuracy"] for name, model in models.items()}
        training = sum(model["seconds"] for model in models.values())
    return {"wall": wall, "cpu": used, "training": training, "scores": scores}


def baseline_seconds(options: list[str], threads: int) -> float:
    """What the 5-gram of `numpyrnn lm` costs."""
    text = options[options.index("--text") + 1] if "--text" in options else ""
    return float(python(["-c", BASELINE, text], threads))


def line_of(run: dict[str, Any]) -> str:
    return "  ".join(f"{name} {score:.3f}" for name, score in run["scores"].items())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("job", choices=("lm", "compare"))
    parser.add_argument("--epochs", type=int, metavar="N", help="(default: those of the job)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="(default: 3)")
    parser.add_argument(
        "--threads", type=int, default=1, metavar="N",
        help="of BLAS and PyTorch alike; 0: as each takes them by itself (default: 1)",
    )
    parser.add_argument("--json", metavar="FILE", help="where to write every number")
    args, options = parser.parse_known_args()
    if importlib.util.find_spec("torch") is None:
        parser.error('PyTorch is needed and not installed; pip install "numpyrnn[bench]"')
    if args.rounds < 1 or args.threads < 0:
        parser.error("expected at least 1 round and 0 threads or more")
    if any(word.split("=")[0] == "--out" for word in options):
        parser.error("--out is not for here: both programs write to a directory that is deleted")
    options += ["--epochs", str(args.epochs)] if args.epochs else []

    # Once beforehand, so that no timed process is the first to read the libraries from the disk.
    python(["-c", "import torch, matplotlib.figure, numpyrnn.cli.lm"], args.threads)
    rounds: list[dict[str, Any]] = []
    print("wall seconds  numpyrnn   pytorch   numpyrnn/pytorch")
    for number in range(1, args.rounds + 1):
        order = SIDES if number % 2 else SIDES[::-1]
        runs = {side: timed(side, args.job, options, args.threads) for side in order}
        rounds.append(runs)
        ours, theirs = (runs[side]["wall"] for side in SIDES)
        print(f"round {number:<6}  {ours:8.2f}  {theirs:8.2f}   {ours / theirs:8.2f}", flush=True)

    def median(what: str) -> dict[str, float]:
        medians = {s: statistics.median(runs[s][what] for runs in rounds) for s in SIDES}
        ratios = [runs[SIDES[0]][what] / max(runs[SIDES[1]][what], 1e-9) for runs in rounds]
        return medians | {"ratio": statistics.median(ratios)}

    summary: dict[str, Any] = {what: median(what) for what in ("wall", "cpu", "training")}
    names = {"wall": "median, whole", "cpu": "CPU of it", "training": "training only"}
    for what, name in names.items():
        row = summary[what]
        print(f"{name:12}  {row[SIDES[0]]:8.2f}  {row[SIDES[1]]:8.2f}   {row['ratio']:8.2f}")
    if args.job == "lm":
        cost = baseline_seconds(options, args.threads)
        ours = summary["wall"][SIDES[0]] - cost
        ratio = ours / summary["wall"][SIDES[1]]
        summary["baseline_seconds"], summary["wall_ratio_without_baseline"] = cost, ratio
        print(f"without the 5-gram ({cost:.2f} s), which numpyrnn alone fits: {ours:.2f} s, "
              f"ratio {ratio:.2f}")
    for side in SIDES:
        print(f"{side:8}  {line_of(rounds[-1][side])}")
    if args.json:
        machine = {
            "platform": platform.platform(), "cpus": os.cpu_count(), "python": sys.version,
            **{name: metadata.version(name) for name in ("numpy", "torch")},
        }
        record = {"job": args.job, "options": options, "threads": args.threads,
                  "machine": machine, "rounds": rounds, "summary": summary}
        Path(args.json).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
