"""What a pattern says, of one tensor or of several that share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from numpyrnn.checks.diagnosis.bank.edits import Bug

# What stands in a template, and what is said for one tensor and for several.
WORDS = {
    "{are}": ("is", "are"),
    "{they were}": ("it was", "they were"),
    "{them}": ("it", "them"),
    "{their}": ("its", "their"),
    "{those}": ("that", "those"),
    "{ones}": ("one", "ones"),
    "{itself}": ("itself", "themselves"),
}


@dataclass(frozen=True)
class Pattern(Bug):
    """What a wrong gradient is, read off its numbers.

    `template` and `cure` are title and fix with places for the names of the tensors: {names} of
    the gradients, {own} of what they are gradients of, and the WORDS. Without `cause` the title
    is true, but does not say what went wrong.
    """

    template: str = ""
    cure: str = ""
    cause: bool = True

    def about(self, shown: Sequence[str], own: Sequence[str]) -> Pattern:
        """The same with title and fix for these tensors."""
        def said(text: str) -> str:
            for word, forms in WORDS.items():
                text = text.replace(word, forms[len(shown) > 1])
            return text.replace("{names}", listed(shown)).replace("{own}", listed(own))

        return replace(self, title=said(self.template), fix=said(self.cure))


def pattern(key: str, template: str, cure: str, cause: bool = True) -> Pattern:
    """A pattern that is not yet said of any tensor."""
    return Pattern(key, template, (), cure, place="result", template=template, cure=cure,
                   cause=cause)


def listed(words: Iterable[object], last: str = "and") -> str:
    """a; a and b; a, b and c."""
    *first, final = map(str, words)
    return f"{', '.join(first)} {last} {final}" if first else final


def runs(numbers: Sequence[int]) -> str:
    """0; 0 and 3; 1 to 4."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return listed(numbers)


def number(value: float) -> str:
    """A number as it is said in a sentence."""
    return f"{value:.6g}"
