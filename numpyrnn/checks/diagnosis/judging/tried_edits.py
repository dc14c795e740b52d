"""Small edits of one statement of the student's, the likeliest first: what could put it right.

They are the mistakes of students turned round: another variable, a transpose, a factor or a term too
many or too few, 1 - x for 1 - x², a sign, = for +=, t - 1 for t, a sum without its axis.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from numpyrnn.checks.diagnosis.judging.statements import last_name

Shapes = Mapping[str, tuple[int, ...]]

RANKS = ((ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.MatMult, ast.Mod, ast.FloorDiv), (ast.Pow,))
SUMS = {"mean": "sum", "average": "sum", "sum": "mean"}


class Edit(NamedTuple):
    """The bytes start … stop of a file, to be replaced by `new`."""

    start: int
    stop: int
    new: str


class Edits:
    """The edits of a statement. `shapes` are those of the arrays that its function knows,
    `proposals` are right sides to be tried too."""

    def __init__(
        self, text: str, node: ast.stmt, shapes: Shapes, proposals: Sequence[str] = ()
    ):
        self.node, self.shapes, self.proposals = node, shapes, proposals
        self._bytes = text.encode()
        lines = self._bytes.splitlines(keepends=True)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line))
        self._parents = {child: parent for parent in ast.walk(node)
                         for child in ast.iter_child_nodes(parent)}

    def __iter__(self) -> Iterator[Edit]:
        """All of them, each once."""
        ways = (self._operations, self._calls, self._transposes, self._assigned, self._swapped,
                self._steps, self._orders, self._proposed, self._more, self._slopes)
        known: set[Edit] = set()
        for way in ways:
            for edit in way():
                if edit not in known:
                    known.add(edit)
                    yield edit

    # The ways ----------------------------------------------------------------------------------

    def _operations(self) -> Iterator[Edit]:
        """A factor or term too many, a sign, a square that is missing."""
        for n in self._read(ast.BinOp):
            left, right = self._text(n.left), self._text(n.right)
            if isinstance(n.op, ast.Sub):
                if isinstance(n.left, ast.Constant):
                    yield self._replace(n, f"{left} - {self._held(n.right)}**2")
                    yield self._replace(n, f"{right} * ({left} - {right})")
                else:
                    yield self._replace(n, f"{self._held(n.right)} - {left}")
                yield self._replace(n, f"{left} + {right}")
            elif isinstance(n.op, ast.Add):
                yield self._replace(n, f"{left} - {right}")
            elif isinstance(n.op, ast.Div):
                yield self._replace(n, f"{left} * {right}")
            elif isinstance(n.op, ast.Mult) and isinstance(n.right, ast.BinOp):
                yield self._replace(n, f"{left} / ({right})")
            yield self._replace(n, left)
            if not isinstance(n.op, ast.Div | ast.Pow):
                yield self._replace(n, right)
        for u in self._read(ast.UnaryOp):
            yield self._replace(u, self._text(u.operand))
        for i in self._read(ast.IfExp):
            yield self._replace(i, self._text(i.body))
            yield self._replace(i, self._text(i.orelse))

    def _calls(self) -> Iterator[Edit]:
        """A mean for a sum, a sum without its axis, a function too many."""
        for n in self._read(ast.Call):
            name, text = last_name(n.func), self._text(n)
            if name in SUMS:
                whole = self._text(n.func)
                at = self._span(n.func)
                yield Edit(at[0], at[1], whole[: -len(name)] + SUMS[name])
                array = n.func.value if isinstance(n.func, ast.Attribute) else n
                given = {k.arg for k in n.keywords}
                plain = len(n.args) <= (last_name(array) in ("np", "numpy"))
                if plain and "axis" not in given:
                    inner = text.rstrip()[:-1]
                    comma = "" if inner.endswith("(") else ", "
                    for axis in ("axis=0", "axis=1", "axis=1, keepdims=True"):
                        yield self._replace(n, f"{inner}{comma}{axis})")
                for k in n.keywords:
                    if k.arg == "axis" and isinstance(k.value, ast.Constant) and k.value.value in (
                        0, 1
                    ):
                        yield self._replace(k.value, str(1 - k.value.value))
            elif len(n.args) == 1 and not n.keywords and name not in ("range", "reversed", "len"):
                argument, held = self._text(n.args[0]), self._held(n.args[0])
                yield self._replace(n, argument)
                yield self._replace(n, f"{held} * (1 - {held})")
                yield self._replace(n, f"1 - {held}**2")

    def _transposes(self) -> Iterator[Edit]:
        """.T too many or too few, the factors of a product in the other order."""
        for a in self._read(ast.Attribute):
            if a.attr == "T":
                yield self._replace(a, self._text(a.value))
        for node, left, right in self._products():
            for factor in (left, right):
                if not _is_transposed(factor):
                    yield self._replace(factor, f"{self._held(factor)}.T")
            yield self._exchanged(left, right, self._text(left), self._text(right), node)
            yield self._exchanged(left, right, self._turned(left), self._turned(right), node)

    def _assigned(self) -> Iterator[Edit]:
        """= for +=, and the other way round."""
        node = self.node
        if isinstance(node, ast.AugAssign):
            before, after = self._span(node.target)[1], self._span(node.value)[0]
            for sign in ("+=", "=", "-="):
                yield Edit(before, after, f" {sign} ")
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            before, after = self._span(node.targets[0])[1], self._span(node.value)[0]
            if not isinstance(node.targets[0], ast.Tuple) and b"(" not in self._bytes[before:after]:
                yield Edit(before, after, " += ")

    def _swapped(self) -> Iterator[Edit]:
        """Another array of the same shape."""
        for n in self._atoms():
            shape = self.shapes.get(self._text(n))
            for other, its in self.shapes.items():
                if other != self._text(n) and (shape is None or its == shape):
                    yield self._replace(n, other)
        for s in self._read(ast.Subscript):
            for other in self._like(s):
                yield self._replace(s, other)

    def _steps(self) -> Iterator[Edit]:
        """One step earlier or later, also in the head of a loop."""
        indexes = [n for s in ast.walk(self.node) if isinstance(s, ast.Subscript)
                   for n in ast.walk(s.slice) if isinstance(n, ast.Name)
                   and n.id not in self.shapes and len(n.id) <= 4]
        for n in indexes:
            yield self._replace(n, f"{n.id} - 1")
            yield self._replace(n, f"{n.id} + 1")
        for n in ast.walk(self._reading()):
            if isinstance(n, ast.Constant) and type(n.value) is int:
                yield self._replace(n, str(n.value - 1))
                yield self._replace(n, str(n.value + 1))
        if isinstance(self.node, ast.For):
            head = self.node.iter
            if isinstance(head, ast.Call) and last_name(head.func) in ("range", "enumerate"):
                yield self._replace(head, f"reversed({self._text(head)})")

    def _orders(self) -> Iterator[Edit]:
        """Two parts of a list or tuple in the other order."""
        for n in ast.walk(self.node):
            if isinstance(n, ast.List | ast.Tuple) and len(n.elts) <= 7 and not any(
                isinstance(e, ast.Starred | ast.Slice) for e in n.elts
            ):
                for a, b in sorted(combinations(range(len(n.elts)), 2), key=lambda p: p[1] - p[0]):
                    left, right = n.elts[a], n.elts[b]
                    yield self._exchanged(left, right, self._text(left), self._text(right), n)

    def _proposed(self) -> Iterator[Edit]:
        """The right sides that are proposed, for the whole one or for one of its parts."""
        for expression in self.proposals:
            for part in self._values():
                yield self._replace(part, expression)

    def _more(self) -> Iterator[Edit]:
        """A term or a factor that is missing, a part instead of the sum."""
        for part in self._values():
            text, held = self._text(part), self._held(part)
            for name in self._like(part):
                yield self._replace(part, f"{text} + {name}")
                yield self._replace(part, f"{held} * {name}")
            if isinstance(part, ast.Subscript):
                owner = self._text(part.value)
                yield self._replace(part, f"{owner}.sum(axis=0)")
                yield self._replace(part, f"{owner}.sum(axis=1, keepdims=True)")
            if not isinstance(part, ast.Name):
                for name in self._like(part):
                    yield self._replace(part, name)

    def _slopes(self) -> Iterator[Edit]:
        """A slope that is missing, and that of another function."""
        for part in self._values():
            held = self._held(part)
            for name in self._like(part):
                yield self._replace(part, f"{held} * (1 - {name}**2)")
                yield self._replace(part, f"{held} * {name} * (1 - {name})")
                yield self._replace(part, f"{held} * (1 - {name})")
        for n in self._atoms():
            name = self._text(n)
            yield self._replace(n, f"{name} * (1 - {name})")
            yield self._replace(n, f"1 - {name}")
            yield self._replace(n, f"1 - {name}**2")

    # Parts of the statement --------------------------------------------------------------------

    def _reading(self) -> ast.AST:
        """What the statement reads: its right side, the head of its loop."""
        node = self.node
        if isinstance(node, ast.For):
            return node.iter
        value = getattr(node, "value", None)
        return value if isinstance(value, ast.AST) else ast.Pass()

    def _read(self, kind: type) -> list:
        return [n for n in ast.walk(self._reading()) if isinstance(n, kind)]

    def _values(self) -> Iterator[ast.expr]:
        """The right side, or its parts, and the arguments of calls."""
        value = self._reading()
        if isinstance(value, ast.Tuple | ast.List):
            yield from (e for e in value.elts if not isinstance(e, ast.Starred))
        elif isinstance(value, ast.expr) and not isinstance(self.node, ast.For):
            yield value
        for call in self._read(ast.Call):
            if last_name(call.func) not in (*SUMS, "range", "dot", "len", "zip"):
                yield from (a for a in call.args if not isinstance(a, ast.Starred | ast.Tuple))

    def _atoms(self) -> list[ast.expr]:
        """The arrays by name: prev_h, self.h."""
        return [n for n in ast.walk(self._reading())
                if isinstance(n, ast.Name | ast.Attribute | ast.Subscript)
                and self._text(n) in self.shapes]

    def _like(self, part: ast.expr) -> list[str]:
        """The arrays that have the shape of an expression, as far as it is known: that of an array
        in it which is multiplied by element."""
        found: set[tuple[int, ...]] = set()
        stack: list[ast.AST] = [part]
        while stack:
            n = stack.pop()
            if isinstance(n, ast.expr) and self._text(n) in self.shapes:
                found.add(self.shapes[self._text(n)])
            elif isinstance(n, ast.BinOp) and not isinstance(n.op, ast.MatMult | ast.Pow):
                stack += [n.left, n.right]
        target = self._target(part)
        found |= {self.shapes[target]} if target in self.shapes else set()
        used = {self._text(n) for n in self._atoms()}
        names = [n for n, shape in self.shapes.items() if not found or shape in found]
        return sorted(names, key=lambda n: n in used)[:14]

    def _target(self, part: ast.expr) -> str:
        """The variable that an expression is assigned to."""
        node = self.node
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if part is node.value:
                return self._text(target)
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                return next((self._text(t) for t, v in pairs if v is part), "")
        if isinstance(node, ast.AugAssign):
            return self._text(node.target)
        return ""

    def _products(self) -> Iterator[tuple[ast.AST, ast.expr, ast.expr]]:
        for n in ast.walk(self._reading()):
            if isinstance(n, ast.BinOp) and isinstance(n.op, ast.MatMult):
                yield n, n.left, n.right
            elif isinstance(n, ast.Call) and last_name(n.func) in ("dot", "matmul"):
                if len(n.args) == 2:
                    yield n, n.args[0], n.args[1]
                elif len(n.args) == 1 and isinstance(n.func, ast.Attribute):
                    yield n, n.func.value, n.args[0]

    def _turned(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return self._text(node.value)
        return f"{self._held(node)}.T"

    # Texts -------------------------------------------------------------------------------------

    def _span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr)
        return (self._starts[node.lineno - 1] + node.col_offset,
                self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0))

    def _text(self, node: ast.AST) -> str:
        start, stop = self._span(node)
        return self._bytes[start:stop].decode()

    def _held(self, node: ast.expr) -> str:
        """The text as a factor: in brackets where it is a sum or a product."""
        text = self._text(node)
        return f"({text})" if isinstance(node, ast.BinOp | ast.UnaryOp | ast.IfExp) else text

    def _replace(self, node: ast.expr, new: str) -> Edit:
        """The edit with brackets around it where the place needs them."""
        start, stop = self._span(node)
        loose = self._rank(new) < self._needed(node)
        if self._bytes[start - 1 : start] == b"(" and self._bytes[stop : stop + 1] == b")":
            before = self._bytes[start - 2 : start - 1].decode(errors="ignore")
            if not loose and isinstance(self._parents.get(node), ast.BinOp) and not (
                before.isalnum() or before in "_)]"
            ):
                start, stop = start - 1, stop + 1
        elif loose:
            new = f"({new})"
        return Edit(start, stop, new)

    def _exchanged(
        self, left: ast.expr, right: ast.expr, first: str, second: str, node: ast.AST
    ) -> Edit:
        """`second` in the place of `left`, `first` in that of `right`."""
        (a, b), (c, d) = self._span(left), self._span(right)
        return Edit(a, d, second + self._bytes[b:c].decode() + first)

    @staticmethod
    def _rank(text: str) -> int:
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            return 9
        if isinstance(node, ast.BinOp):
            return next(k for k, ops in enumerate(RANKS) if isinstance(node.op, ops))
        return 2 if isinstance(node, ast.UnaryOp) else 0 if isinstance(node, ast.IfExp) else 9

    def _needed(self, node: ast.expr) -> int:
        """How tightly the text has to hold together in the place of a node."""
        parent = self._parents.get(node)
        if isinstance(parent, ast.BinOp):
            rank = next(k for k, ops in enumerate(RANKS) if isinstance(parent.op, ops))
            return rank + (parent.right is node or rank == 2)
        if isinstance(parent, ast.UnaryOp):
            return 2
        if isinstance(parent, ast.Attribute) or (
            isinstance(parent, ast.Subscript | ast.Call) and node in (
                getattr(parent, "value", None), getattr(parent, "func", None))
        ):
            return 9
        return 0


def _is_transposed(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "T"
