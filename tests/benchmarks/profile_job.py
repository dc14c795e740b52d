"""Where the time of `numpyrnn lm` or `numpyrnn compare` goes, by part of a training step.

Each part's own time, without that of the parts it calls. What is not an option here goes to the
command, whose results are thrown away. Examples:

    profile_job.py lm --epochs 1 --cell gru
    profile_job.py compare --epochs 1 --models lstm --threads 2
"""

import functools
import os
import sys
import tempfile
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name

BESIDE = ("embedding", "head", "loss", "clipping", "optimizer")
STEP = ("recurrent layers", *BESIDE, "dropout", "bag of words", "batches", "rest of a step")
APART = ("validation", "testing", "5-gram", "samples", "checkpoints", "figures")  # all inside
LM, COMPARE = "experiments.characters.training.", "experiments.sentiment.run."
PLACES = {  # part: the layers and functions that belong to it, where they are called
    STEP[0]: ["layers." + name for name in ("RNN", "GRU", "LSTM", "Stacked", "Bidirectional")],
    "embedding": ["layers.Embedding"], "head": ["layers.Dense"], "dropout": ["layers.Dropout"],
    "bag of words": ["models.BagOfWords"], "optimizer": ["optim.Adam.step"],
    "loss": [f"{place}softmax_cross_entropy" for place in (LM, COMPARE)],
    "clipping": ["training.steps.clip_by_global_norm"],
    "batches": [LM + "truncated_bptt", "training.steps.batches"],
    "rest of a step": [LM + "Training.records", "training.epoch.epochs"],
    "validation": [LM + "cross_entropy_per_character", "training.loop.evaluate"],
    "testing": ["experiments.trained.text_classifier.TextClassifier.probabilities"],
    "samples": [LM + "Training.sample"],
    "5-gram": [f"tasks.ngram.InterpolatedNgram.{name}" for name in ("fit", "bits_per_character")],
    "checkpoints": [LM + "save_checkpoint", COMPARE + "TextClassifier.save"],
    "figures": ["experiments.files.Figures.save"],
}


class Clock:
    """Seconds and calls of each part; one part at a time is running."""

    def __init__(self) -> None:
        self.seconds, self.calls = Counter(), Counter()
        self.part, self.since = "everything else", time.perf_counter()

    def switch(self, part: str) -> str:
        before, now = self.part, time.perf_counter()
        self.seconds[before] += now - self.since
        self.part, self.since = part, now
        return before

    def timed(self, function: Callable, part: str) -> Callable:
        @functools.wraps(function)
        def inner(*args, **kwargs):
            self.calls[part] += 1
            before = self.switch(self.part if self.part in APART else part)
            try:
                result = function(*args, **kwargs)
            finally:
                self.switch(before)
            asked = getattr(result, "__next__", None)  # a generator works later, when it is asked
            return iter(self.timed(asked, part), object()) if asked else result
        return inner


def main(clock: Clock) -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=("lm", "compare"))
    parser.add_argument("--threads", default="1", metavar="N", help="of BLAS (default: 1)")
    args, options = parser.parse_known_args()
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), args.threads)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    for part, place in [(p, f"numpyrnn.{x}") for p, places in PLACES.items() for x in places]:
        target, (path, _, last) = resolve_name(place), place.rpartition(".")
        ways = ("forward", "backward") if isinstance(target, type) else (last,)
        owner = target if isinstance(target, type) else resolve_name(path)
        for name in ways:
            setattr(owner, name, clock.timed(getattr(owner, name), part))
    with tempfile.TemporaryDirectory() as out:
        if code := resolve_name("numpyrnn.cli.main")([args.job, *options, "--out", out]):
            raise SystemExit(code)
    clock.switch("")
    seconds, steps = clock.seconds, clock.calls["optimizer"]
    whole, step = sum(seconds.values()), sum(seconds[part] for part in STEP)
    print(f"\n{'part':18} seconds  of all  of a step  ms a step    ({steps:,} steps)")
    for part in filter(seconds.get, (*STEP, *APART, "everything else")):
        line = f"{part:18} {seconds[part]:7.2f}  {seconds[part] / whole:6.1%}"
        shares = f"  {seconds[part] / step:9.1%}  {1e3 * seconds[part] / steps:9.3f}"
        print(line + shares if part in STEP else line)
    if recurrent := seconds[STEP[0]]:
        beside = sum(seconds[part] for part in BESIDE)
        print(f"\n{', '.join(BESIDE)}: {beside / recurrent:.1%} of the recurrent layers' time\n"
              f"all of a step but those layers: {(step - recurrent) / recurrent:.1%} of their time")


if __name__ == "__main__":
    main(Clock())
