"""Text from outside on one line, and how wide it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numpyrnn.plots.style import drawable
from numpyrnn.text import aligned, columns, elided, table, visible


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("two\nlines\tand a tab", "two\\nlines\\tand a tab"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("caf\udce9.csv", "caf\\xe9.csv"),
        ("half \ud83d", "half \\ud83d"),
        ("a\u2028b\x85c", "a\\u2028b\\x85c"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("café, 中文, हिन्दी, 👩‍🔬, a\u00a0b", "café, 中文, हिन्दी, 👩‍🔬, a\u00a0b"),
    ],
)
def test_what_a_terminal_would_obey_is_an_escape_and_all_else_stays(text, escaped):
    assert visible(text) == escaped


@given(st.text(st.characters()))
def test_visible_text_is_one_line_that_any_file_takes(text):
    line = visible(text)
    assert len(line.splitlines()) <= 1
    assert line.encode("utf-8").decode("utf-8") == line
    assert visible(line) == line
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in line)


@pytest.mark.parametrize(
    ("text", "count"),
    [("abc", 3), ("中文", 4), ("ｶﾅ", 2), ("한국", 4), ("e\u0301", 1), ("", 0), ("…", 1)],
)
def test_east_asian_characters_take_two_columns_and_marks_none(text, count):
    assert columns(text) == count


@given(st.text("ab中e\u0301", max_size=30), st.integers(3, 20))
def test_elided_text_fits_and_keeps_both_ends(text, width):
    short = elided(text, width)
    assert columns(short) <= width
    if columns(text) > width:
        before, _, after = short.partition("…")
        assert text.startswith(before) and text.endswith(after)
    else:
        assert short == text
    assert columns(aligned(short, width)) == columns(aligned(short, width, ">")) == width


def test_the_columns_of_a_table_stand_below_each_other_whatever_a_label_has_in_it():
    labels = ["a\nb", "中文标签", "\x1b[2Jx", "e\u0301te\u0301", "L" * 500]
    lines = table(["label", "n"], [[label, str(7 + k)] for k, label in enumerate(labels)], "<>", 60)
    assert len(lines) == 1 + len(labels)
    assert {columns(line) for line in lines} == {60}
    assert all(line.isprintable() or "\u0301" in line for line in lines)


@pytest.mark.parametrize(
    "label", ["$x$ and \\frac", "$", "a$b\n$\\x", "caf\udce9", "L" * 5000, "中" * 90]
)
def test_a_figure_shows_a_label_as_it_is_and_not_as_a_formula(label):
    from matplotlib.cbook import is_math_text

    text = drawable(label)
    assert is_math_text(text) is not True
    assert columns(text.replace(r"\$", "$")) <= 40
    assert text.isprintable()
