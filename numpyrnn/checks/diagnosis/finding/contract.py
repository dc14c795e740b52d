"""What a student or a teacher declares about the code: in the file, as options, by the course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.validation import brief, check_choice

LAYOUTS = {"row": "NTF", "column": "TFN", "time": "TNF", "features": "FNT"}
CHOICES: dict[str, tuple[Any, ...]] = {
    "layout": tuple(LAYOUTS), "update": ("new", "keep"), "output": ("all", "last"),
    "h0": ("given", "zero"), "bias": (True, False, "two"), "reduction": ("sum", "mean"),
    "batch": (True, False), "pure": (True, False),
}


@dataclass(frozen=True)
class Contract:
    """What is declared; None is not declared, and is found by trying.

    `cell` are the kinds that come into question, `shapes` those of weights that no cell here has,
    in letters ("D", "H" or numbers), `keys` the names of the weights in a dict, by cell,
    `adds` the cells whose objects add to the gradients that they hold at every backward call.
    """

    cell: tuple[str, ...] | None = None
    layout: str | None = None
    gates: str | None = None
    update: str | None = None
    output: str | None = None
    h0: str | None = None
    bias: bool | str | None = None
    reduction: str | None = None
    batch: bool | None = None
    course: str | None = None
    shapes: Mapping[str, tuple[Any, ...]] | None = None
    pure: bool | None = None
    keys: Mapping[str, tuple[str, ...]] | None = None
    adds: tuple[str, ...] | None = None

    @classmethod
    def checked(cls, **declared: Any) -> Contract:
        """Raises ValueError for a declaration that cannot be."""
        declared = {name: value for name, value in declared.items() if value is not None}
        if "cell" in declared:
            kinds = declared["cell"]
            kinds = [k.strip() for k in kinds.split(",")] if isinstance(kinds, str) else kinds
            if not isinstance(kinds, list | tuple) or not kinds:
                raise ValueError(
                    f"cell: expected one of {', '.join(map(repr, CELLS))}, got "
                    f"{brief(declared['cell'])}; declare CELL = \"lstm\""
                )
            kinds = [k.lower().replace("_", "-") if isinstance(k, str) else k for k in kinds]
            declared["cell"] = tuple(check_choice("cell", kind, CELLS) for kind in kinds)
        for name, choices in CHOICES.items():
            if name in declared:
                value = declared[name]
                if name == "layout" or isinstance(value, str):
                    strings = tuple(c for c in choices if isinstance(c, str))
                    check_choice(name, value, strings or tuple(map(str, choices)))
                elif not isinstance(value, bool) or value not in choices:
                    raise ValueError(
                        f"{name}: expected one of {', '.join(map(repr, choices))}, got "
                        f"{brief(value)}; declare {name.upper()} = {choices[0]!r}"
                    )
        return cls(**declared)

    @classmethod
    def declared_in(cls, names: Mapping[str, Any]) -> dict[str, Any]:
        """The declarations that stand in a file as constants: CELL, LAYOUT, GATES, …"""
        return {
            f.name: names[f.name.upper()] for f in fields(cls)
            if names.get(f.name.upper()) is not None
            and isinstance(names[f.name.upper()], str | bool | list | tuple | Mapping)
        }

    def over(self, other: Contract) -> Contract:
        """This contract, and where it says nothing, the other."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(other, **{n: v for n, v in own.items() if v is not None})

    def fitting(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """Those of several cells that have the declared gates; all if none has."""
        books = [CELLS[kind] for kind in kinds]
        if isinstance(self.gates, str):
            fit = [b for b in books if sorted(our_letters(self.gates, b.name)) == sorted(b.gates)]
            books = fit or books
        if self.update is not None:
            books = [b for b in books if "z" in b.gates] or books
        return tuple(book.name for book in books)

    def check_gates(self, kind: str) -> None:
        """Raises ValueError if the order of gates, or the meaning of z, is not one of this cell."""
        book = CELLS[kind]
        if isinstance(self.gates, str):
            object.__setattr__(self, "gates", our_letters(self.gates, kind))
        if self.gates is not None and (
            not isinstance(self.gates, str) or sorted(self.gates) != sorted(book.gates)
        ):
            raise ValueError(
                f"gates: expected the letters {book.gates!r} of the {book.name} in your order, "
                f"got {brief(self.gates)}; declare each block once"
            )
        if self.update == "keep" and "z" not in book.gates:
            raise ValueError(
                f"update: expected no such declaration for the {book.name}, which has no update "
                "gate, got 'keep'; leave it out"
            )


def our_letters(gates: str, kind: str) -> str:
    """Another course's letters by ours: "cufo" (candidate, update, forget, output) is "gifo"."""
    book = CELLS[kind]
    letters = [g for g in gates if g.isalpha()]
    if sorted(letters) == sorted(book.gates) or len(letters) != len(book.gates):
        return gates
    names = {"lstm": {"c": "g", "a": "g", "n": "g", "j": "g", "u": "g" if "i" in letters else "i"},
             "rnn": {}}.get(kind, {"u": "z", "h": "n", "c": "n", "g": "n"})
    return "".join(g if g in book.gates else names.get(g, g) for g in letters)
