"""The guide to the toolbox: every snippet runs, and prints what stands below it."""

import re

from support.paths import ROOT

from numpyrnn import layers, metrics, models, optim

GUIDE = ROOT / "docs" / "toolbox.md"
ELSEWHERE = {  # the core, which the README shows, and what functions return
    "Aligned", "Attended", "Attention", "BagOfWords", "Bleu", "Dense", "EditCounts", "Embedding",
    "Layer", "Pairs", "Rouge", "Schedule", "Scores", "Stream", "Transcript", "Translation",
}
SNIPPET = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


def test_every_snippet_of_the_guide_prints_what_it_says(capsys):
    names: dict[str, object] = {}
    snippets = SNIPPET.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(snippets) >= 10
    for code, printed in snippets:
        exec(compile(code, str(GUIDE), "exec"), names)
        assert capsys.readouterr().out == printed, code


def test_the_guide_names_all_that_stands_in_its_rooms():
    text = GUIDE.read_text(encoding="utf-8")
    names = {*layers.__all__, *models.__all__, *metrics.__all__, "ctc_loss", "warmup"}
    names |= {name for name in optim.__all__ if is_schedule(getattr(optim, name))}
    names = {name for name in names if not name.isupper()} - ELSEWHERE
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", text)] == []


def is_schedule(thing):
    return isinstance(thing, type) and issubclass(thing, optim.Schedule)
