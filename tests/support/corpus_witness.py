"""Is a student's file right? Central differences of its own forward pass, and nothing else:
along random directions, each of which sees every element.

The docstring of the file says how it is called:

    SIZES: N=1, T=4                        sizes that differ from the usual ones (optional)
    TOL: 1e-3                              for float32 (optional)
    ARGS: x N T D, h0 N H, y N T <V, mask N T ?   arrays of floats; `<V` integers below V; `?` bools
    CALL: h, cache = forward(x, h0)        statements, with the names of the file in reach
    BACK: dx, dh0 = backward(dh, cache)

ARGS (which may be left out where it stays), CALL and BACK come once for each pair. Each name d…
that BACK uses and CALL has made without the d is drawn as an upstream gradient; where CALL makes
`loss`, that is differentiated. Each d… that BACK makes is compared, if there is an argument of the
name without the d; None is left out.
"""

import ast
import contextlib
import io
import sys
import warnings

import numpy as np

from support.corpus_stand_ins import TEXT, lent_to, neighbour

USUAL = ({"N": 3, "T": 7, "D": 4, "H": 5, "V": 8, "M": 6}, {"N": 1, "T": 1, "D": 2, "H": 3,
                                                           "V": 5, "M": 4})
EPS, TOL, DIRECTIONS = 1e-5, 1e-7, 3


def load(path):
    """The names of the file, run as a module of its own, silently and with its neighbours.

    What a course lends and the folder lacks is stood in for (support/corpus_stand_ins.py), and
    loops at the top that call the file's own functions are training, which is left out.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    tree.body = [node for node in tree.body if not (
        isinstance(node, ast.While | ast.For)
        and own & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)})]
    names = {"__name__": "student", "__file__": str(path),
             "open": lambda *_, **__: io.StringIO(TEXT)}
    before, loaded = sys.dont_write_bytecode, set(sys.modules)
    folders, sys.path[:0] = list(sys.path), [str(path.parent)]
    sys.dont_write_bytecode = True
    sys.modules.update(lent_to(path.parent))
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(tree, str(path), "exec"), names)
    finally:
        sys.path[:] = folders
        sys.dont_write_bytecode = before
        for name in set(sys.modules) - loaded:
            if neighbour(name, path.parent):
                del sys.modules[name]
    return names


def drawn(spec, sizes, rng):
    """The arguments of one ARGS line."""
    arguments = {}
    for part in filter(None, (p.strip() for p in spec.split(","))):
        name, *dims = part.split()
        last = dims[-1] if dims else ""
        shape = [int(eval(d, {}, dict(sizes))) for d in dims if d[0] not in "<?"]
        if last.startswith("<"):
            arguments[name] = rng.integers(0, sizes[last[1:]], shape)
        elif last == "?":
            arguments[name] = rng.random(shape) < 0.7
        else:
            arguments[name] = rng.uniform(-1, 1, shape) * (1 if len(shape) != 2 else 0.8)
    return arguments


def run(statement, names):
    """One statement in the file's names, and what it has made."""
    before = dict(names)
    code = compile(statement, "CALL or BACK", "exec")
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, names)
    made = {k: v for k, v in names.items() if k not in before or before[k] is not v}
    made.pop("__builtins__", None)
    return made


def given(statement):
    """The names that a statement reads and does not make itself."""
    names = [node for node in ast.walk(ast.parse(statement)) if isinstance(node, ast.Name)]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - made


class Pair:
    """A forward and a backward pass at one drawing of the numbers."""

    def __init__(self, names, args, call, back, sizes, seed, eps):
        self.names, self.call, self.back, self.eps = names, call, back, eps
        self.rng = np.random.default_rng(seed)
        self.arguments = drawn(args, sizes, self.rng)
        self.sizes = sizes

    def forward(self, arguments):
        names = {**self.names, **self.sizes,
                 **{k: np.array(v) for k, v in arguments.items()}}
        return names, run(self.call, names)

    def loss(self, made):
        if "loss" in made:
            return float(made["loss"])
        return sum(float(np.sum(np.asarray(made[k], float) * up)) for k, up in self.ups.items())

    def errors(self):
        """How far each gradient is from the central differences, along random directions."""
        names, made = self.forward(self.arguments)
        self.ups = {} if "loss" in made else {
            n[1:]: self.rng.uniform(-1, 1, np.shape(made[n[1:]]))
            for n in sorted(given(self.back)) if n[0] == "d" and n[1:] in made}
        assert self.ups or "loss" in made, f"nothing to differentiate in {self.call}"
        names |= {"d" + k: up.copy() for k, up in self.ups.items()}
        got = run(self.back, names)
        errors = {}
        for name, value in got.items():
            argument = self.arguments.get(name[1:]) if name[0] == "d" else None
            if argument is None or value is None or argument.dtype.kind != "f":
                continue
            if np.shape(value) != argument.shape:
                errors[name] = np.inf
                continue
            value = np.asarray(value, float)
            errors[name] = max(self.gap(name[1:], value) for _ in range(DIRECTIONS))
        assert errors, f"nothing was compared in {self.back}"
        return errors

    def gap(self, name, value):
        """How far a gradient is from the central difference along one random direction."""
        direction = self.rng.uniform(-1, 1, value.shape)
        losses = [self.loss(self.forward({
            **self.arguments, name: self.arguments[name] + sign * self.eps * direction})[1])
            for sign in (1, -1)]
        slope = (losses[0] - losses[1]) / (2 * self.eps)
        return abs(np.sum(value * direction) - slope) / max(1.0, abs(slope))


def witness(student, seed=3):
    """{statement BACK: the largest error over the sizes}, and the tolerance of the file."""
    names, tolerance = load(student.path), float(student.get("TOL", str(TOL)))
    eps = EPS if tolerance <= TOL else 1e-2
    own = {k.strip(): int(v) for k, _, v in
           (part.partition("=") for part in student.get("SIZES").split(",") if "=" in part)}
    args = student.facts["ARGS"]
    calls, backs = student.facts["CALL"], student.facts["BACK"]
    assert len(calls) == len(backs), f"{student}: a CALL for every BACK"
    args = (*args, *[args[-1]] * (len(calls) - len(args)))
    errors = {}
    for spec, call, back in zip(args, calls, backs, strict=True):
        worst = {}
        for usual in USUAL:
            pair = Pair(names, spec, call, back, {**usual, **own}, seed, eps)
            for name, error in pair.errors().items():
                worst[name] = max(worst.get(name, 0.0), error)
        errors[back] = worst
    return errors, tolerance
