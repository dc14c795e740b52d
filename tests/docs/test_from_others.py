"""docs/from_keras_and_pytorch.md: our programs run and print what they say; the facts are facts."""

import re

import numpy as np
import pytest
from support.paths import ROOT

import numpyrnn
from numpyrnn import GRU, LSTM

PAGE = ROOT / "docs" / "from_keras_and_pytorch.md"
TEXT = PAGE.read_text(encoding="utf-8")
PROGRAM = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


@pytest.mark.whole
def test_every_program_of_ours_prints_what_stands_below_it(capsys):
    names: dict[str, object] = {}
    programs = PROGRAM.findall(TEXT)
    assert len(programs) >= 12
    for code, printed in programs:
        exec(compile(code, str(PAGE), "exec"), names)
        assert capsys.readouterr().out == printed, code


def test_both_libraries_have_their_programs_beside_ours():
    sections = TEXT.split("## Programs")[1].split("\n## ")[0].split("\n### ")[1:]
    assert len(sections) >= 8
    for section in sections:
        for part in ("Keras", "PyTorch", "```py\n", "```python\n"):
            assert part in section, section[:40]


def test_every_name_of_ours_in_the_table_exists():
    rows = [line.split("|")[3] for line in TEXT.split("## Names")[1].split("\n## ")[0].splitlines()
            if line.startswith("| ")][1:]
    assert len(rows) > 30
    words = {word for row in rows for word in re.findall(r"`(\w+)[`(]", row)}
    assert {word for word in words if not hasattr(numpyrnn, word)} == set()


# Their equations, as their documentation has them, with arrays in their shapes and order ----------

B, T, D, H = 3, 5, 2, 4


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def torch_lstm(x, weight_ih, weight_hh, bias_ih, bias_hh):
    """torch.nn.LSTM: i, f, g, o; c = f c' + i g, h = o tanh(c)."""
    h = c = np.zeros((B, H))
    for t in range(T):
        a = x[:, t] @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh
        i, f, g, o = np.split(a, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        yield h


def torch_gru(x, weight_ih, weight_hh, bias_ih, bias_hh):
    """torch.nn.GRU: r, z, n = tanh(W_in x + b_in + r (W_hn h' + b_hn)); h = (1 - z) n + z h'."""
    h = np.zeros((B, H))
    for t in range(T):
        from_x = np.split(x[:, t] @ weight_ih.T + bias_ih, 3, axis=1)
        from_h = np.split(h @ weight_hh.T + bias_hh, 3, axis=1)
        r, z = (sigmoid(a + b) for a, b in zip(from_x[:2], from_h[:2], strict=True))
        h = (1 - z) * np.tanh(from_x[2] + r * from_h[2]) + z * h
        yield h


@pytest.mark.parametrize(("name", "theirs", "ours", "gates"), [
    ("lstm_from_torch", torch_lstm, LSTM(D, H, dtype=float), 4),
    ("gru_from_torch", torch_gru, GRU(D, H, reset_after=True, dtype=float), 3),
])
def test_weights_of_pytorch_give_pytorchs_numbers(name, theirs, ours, gates):
    names = {"np": np}
    for code, _ in PROGRAM.findall(TEXT):
        if f"def {name}" in code:
            exec(code, names)
    rng = np.random.default_rng(0)
    shapes = (gates * H, D), (gates * H, H), (gates * H,), (gates * H,)
    weights = [rng.standard_normal(shape) for shape in shapes]
    x = rng.standard_normal((B, T, D))
    ours.load_params(names[name](*weights))
    h, _ = ours.forward(x)
    np.testing.assert_allclose(h, np.stack(list(theirs(x, *weights)), axis=1), rtol=0, atol=1e-13)
