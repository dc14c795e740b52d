"""The guide from texts to padded batches: every snippet runs, and prints what stands below it."""

import re

from support.paths import ROOT

GUIDE = ROOT / "docs" / "texts.md"
SNIPPET = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


def test_every_snippet_of_the_guide_prints_what_it_says(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    snippets = SNIPPET.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(snippets) >= 8
    for code, printed in snippets:
        exec(compile(code, str(GUIDE), "exec"), names)
        assert capsys.readouterr().out == printed, code
