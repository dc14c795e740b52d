"""Small edits of one statement of the student's, the likeliest first: what could put it right.

They are the mistakes of students turned round: another variable, a transpose, a factor or a term
too many or too few, 1 - x for 1 - x², a sign, = for +=, t - 1 for t, a sum without its axis.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from numpyrnn.checks.diagnosis.judging.statement_text import Edit, StatementText
from numpyrnn.checks.diagnosis.judging.syntax import last_name

Shapes = Mapping[str, tuple[int, ...]]

SUMS = {"mean": "sum", "average": "sum", "sum": "mean"}


class Edits(StatementText):
    """The edits of a statement. `shapes` are those of the arrays that its function knows,
    `proposals` are right sides to be tried too."""

    def __init__(
        self, text: str, node: ast.stmt, shapes: Shapes, proposals: Sequence[str] = ()
    ):
        super().__init__(text, node)
        self.shapes, self.proposals = shapes, proposals

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
            left, right = self.text_of(n.left), self.text_of(n.right)
            if isinstance(n.op, ast.Sub):
                if isinstance(n.left, ast.Constant):
                    yield self.replaced(n, f"{left} - {self.held(n.right)}**2")
                    yield self.replaced(n, f"{right} * ({left} - {right})")
                else:
                    yield self.replaced(n, f"{self.held(n.right)} - {left}")
                yield self.replaced(n, f"{left} + {right}")
            elif isinstance(n.op, ast.Add):
                yield self.replaced(n, f"{left} - {right}")
            elif isinstance(n.op, ast.Div):
                yield self.replaced(n, f"{left} * {right}")
            elif isinstance(n.op, ast.Mult) and isinstance(n.right, ast.BinOp):
                yield self.replaced(n, f"{left} / ({right})")
            yield self.replaced(n, left)
            if not isinstance(n.op, ast.Div | ast.Pow):
                yield self.replaced(n, right)
        for u in self._read(ast.UnaryOp):
            yield self.replaced(u, self.text_of(u.operand))
        for i in self._read(ast.IfExp):
            yield self.replaced(i, self.text_of(i.body))
            yield self.replaced(i, self.text_of(i.orelse))

    def _calls(self) -> Iterator[Edit]:
        """A mean for a sum, a sum without its axis, a function too many."""
        for n in self._read(ast.Call):
            name, text = last_name(n.func), self.text_of(n)
            if name in SUMS:
                whole = self.text_of(n.func)
                at = self.span(n.func)
                yield Edit(at[0], at[1], whole[: -len(name)] + SUMS[name])
                array = n.func.value if isinstance(n.func, ast.Attribute) else n
                given = {k.arg for k in n.keywords}
                plain = len(n.args) <= (last_name(array) in ("np", "numpy"))
                if plain and "axis" not in given:
                    inner = text.rstrip()[:-1]
                    comma = "" if inner.endswith("(") else ", "
                    for axis in ("axis=0", "axis=1", "axis=1, keepdims=True"):
                        yield self.replaced(n, f"{inner}{comma}{axis})")
                for k in n.keywords:
                    if k.arg == "axis" and isinstance(k.value, ast.Constant) and k.value.value in (
                        0, 1
                    ):
                        yield self.replaced(k.value, str(1 - k.value.value))
            elif len(n.args) == 1 and not n.keywords and name not in ("range", "reversed", "len"):
                argument, held = self.text_of(n.args[0]), self.held(n.args[0])
                yield self.replaced(n, argument)
                yield self.replaced(n, f"{held} * (1 - {held})")
                yield self.replaced(n, f"1 - {held}**2")

    def _transposes(self) -> Iterator[Edit]:
        """.T too many or too few, the factors of a product in the other order."""
        for a in self._read(ast.Attribute):
            if a.attr == "T":
                yield self.replaced(a, self.text_of(a.value))
        for node, left, right in self._products():
            for factor in (left, right):
                if not _is_transposed(factor):
                    yield self.replaced(factor, f"{self.held(factor)}.T")
            yield self.exchanged(left, right, self.text_of(left), self.text_of(right), node)
            yield self.exchanged(left, right, self._turned(left), self._turned(right), node)

    def _assigned(self) -> Iterator[Edit]:
        """= for +=, and the other way round."""
        node = self.node
        if isinstance(node, ast.AugAssign):
            before, after = self.span(node.target)[1], self.span(node.value)[0]
            for sign in ("+=", "=", "-="):
                yield Edit(before, after, f" {sign} ")
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            before, after = self.span(node.targets[0])[1], self.span(node.value)[0]
            if not isinstance(node.targets[0], ast.Tuple) and b"(" not in self._bytes[before:after]:
                yield Edit(before, after, " += ")

    def _swapped(self) -> Iterator[Edit]:
        """Another array of the same shape."""
        for n in self._atoms():
            shape = self.shapes.get(self.text_of(n))
            for other, its in self.shapes.items():
                if other != self.text_of(n) and (shape is None or its == shape):
                    yield self.replaced(n, other)
        for s in self._read(ast.Subscript):
            for other in self._like(s):
                yield self.replaced(s, other)

    def _steps(self) -> Iterator[Edit]:
        """One step earlier or later, also in the head of a loop."""
        indexes = [n for s in ast.walk(self.node) if isinstance(s, ast.Subscript)
                   for n in ast.walk(s.slice) if isinstance(n, ast.Name)
                   and n.id not in self.shapes and len(n.id) <= 4]
        for n in indexes:
            yield self.replaced(n, f"{n.id} - 1")
            yield self.replaced(n, f"{n.id} + 1")
        for number in self._read(ast.Constant):
            if type(number.value) is int:
                yield self.replaced(number, str(number.value - 1))
                yield self.replaced(number, str(number.value + 1))
        if isinstance(self.node, ast.For):
            head = self.node.iter
            if isinstance(head, ast.Call) and last_name(head.func) in ("range", "enumerate"):
                yield self.replaced(head, f"reversed({self.text_of(head)})")

    def _orders(self) -> Iterator[Edit]:
        """Two parts of a list or tuple in the other order."""
        for n in ast.walk(self.node):
            if isinstance(n, ast.List | ast.Tuple) and len(n.elts) <= 7 and not any(
                isinstance(e, ast.Starred | ast.Slice) for e in n.elts
            ):
                for a, b in sorted(combinations(range(len(n.elts)), 2), key=lambda p: p[1] - p[0]):
                    left, right = n.elts[a], n.elts[b]
                    yield self.exchanged(left, right, self.text_of(left), self.text_of(right), n)

    def _proposed(self) -> Iterator[Edit]:
        """The right sides that are proposed, for the whole one or for one of its parts."""
        for expression in self.proposals:
            for part in self._values():
                yield self.replaced(part, expression)

    def _more(self) -> Iterator[Edit]:
        """A term or a factor that is missing, a part instead of the sum."""
        for part in self._values():
            text, held = self.text_of(part), self.held(part)
            for name in self._like(part):
                yield self.replaced(part, f"{text} + {name}")
                yield self.replaced(part, f"{held} * {name}")
            if isinstance(part, ast.Subscript):
                owner = self.text_of(part.value)
                yield self.replaced(part, f"{owner}.sum(axis=0)")
                yield self.replaced(part, f"{owner}.sum(axis=1, keepdims=True)")
            if not isinstance(part, ast.Name):
                for name in self._like(part):
                    yield self.replaced(part, name)

    def _slopes(self) -> Iterator[Edit]:
        """A slope that is missing, and that of another function."""
        for part in self._values():
            held = self.held(part)
            for name in self._like(part):
                yield self.replaced(part, f"{held} * (1 - {name}**2)")
                yield self.replaced(part, f"{held} * {name} * (1 - {name})")
                yield self.replaced(part, f"{held} * (1 - {name})")
        for n in self._atoms():
            name = self.text_of(n)
            yield self.replaced(n, f"{name} * (1 - {name})")
            yield self.replaced(n, f"1 - {name}")
            yield self.replaced(n, f"1 - {name}**2")

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
                and self.text_of(n) in self.shapes]

    def _like(self, part: ast.expr) -> list[str]:
        """The arrays that have the shape of an expression, as far as it is known: that of an array
        in it which is multiplied by element."""
        found: set[tuple[int, ...]] = set()
        stack: list[ast.AST] = [part]
        while stack:
            n = stack.pop()
            if isinstance(n, ast.expr) and self.text_of(n) in self.shapes:
                found.add(self.shapes[self.text_of(n)])
            elif isinstance(n, ast.BinOp) and not isinstance(n.op, ast.MatMult | ast.Pow):
                stack += [n.left, n.right]
        target = self._target(part)
        found |= {self.shapes[target]} if target in self.shapes else set()
        used = {self.text_of(n) for n in self._atoms()}
        names = [n for n, shape in self.shapes.items() if not found or shape in found]
        return sorted(names, key=lambda n: n in used)[:14]

    def _target(self, part: ast.expr) -> str:
        """The variable that an expression is assigned to."""
        node = self.node
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if part is node.value:
                return self.text_of(target)
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                return next((self.text_of(t) for t, v in pairs if v is part), "")
        if isinstance(node, ast.AugAssign):
            return self.text_of(node.target)
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
            return self.text_of(node.value)
        return f"{self.held(node)}.T"


def _is_transposed(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "T"
