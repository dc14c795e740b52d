"""Which functions of a file, module, class or dict are to be judged, and in which form."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS, textbook
from numpyrnn.checks.diagnosis.code.early_answer import EarlyAnswer
from numpyrnn.checks.diagnosis.code.layouts import Conventions
from numpyrnn.checks.diagnosis.code.student_code import StudentCode, takes
from numpyrnn.validation import brief, nearest

# form -> (forward, backward) names; CS231n's names begin with that of the cell, as in lstm_forward.
PAIRS = {
    "sequence": [("forward", "backward")],
    "step": [("step_forward", "step_backward"), ("step", "step_back")],
}
PREFIXES = {"rnn": "rnn_", "lstm": "lstm_", "gru": "gru_", "gru-reset-after": "gru_"}
PLAIN = [name for pairs in PAIRS.values() for pair in pairs for name in pair]
DECLARATIONS = ("CELL", "LAYOUT", "GATES", "UPDATE")
OURS = str(Path(__file__).resolve().parents[2])
CURE = "numpyrnn diagnose --template lstm writes a file to begin with"


def subjects(
    source: Any, cell: str | None, layout: str | None, gates: str | None, update: str | None
) -> list[StudentCode]:
    """What can be judged: the backward of a whole sequence, the step back, or both in this order.

    Raises TypeError for a source of another kind, ValueError for a file that is none, for a cell,
    layout or gate order that is not known, and without a backward function; EarlyAnswer
    "unjudged" if the file does not run.
    """
    file, names = namespace(source)
    declared = {word: names.get(word) for word in DECLARATIONS}
    kind: Any = cell or declared["CELL"] or _guessed(file, names)
    book = textbook(kind)
    chosen: list[tuple[str, Any, Any]] = []
    for form, pairs in PAIRS.items():
        for forward, backward in pairs:
            for prefix in (PREFIXES[book.name], ""):
                if callable(names.get(prefix + backward)):
                    ahead = names.get(prefix + forward)
                    ahead = ahead if callable(ahead) else None
                    chosen.append((form, ahead, names[prefix + backward]))
                    break
            else:
                continue
            break
    if not chosen:
        raise ValueError(_none_found(file, names, PREFIXES[book.name]))
    made = []
    for form, forward, backward in chosen:
        how = layout or declared["LAYOUT"] or _guessed_layout(forward, backward)
        order = gates or declared["GATES"] or names.get("gates")
        conventions = Conventions.checked(book, how, order, update or declared["UPDATE"])
        made.append(_with_signature(conventions, form, forward, backward, file))
    return made


def namespace(source: Any) -> tuple[str, Mapping[str, Any]]:
    """A name to show for the source, and its names and values."""
    if isinstance(source, str | PathLike):
        return Path(source).name, run_file(Path(source).expanduser())
    if isinstance(source, Mapping):
        return "your code", source
    if isinstance(source, ModuleType):
        return source.__name__, vars(source)
    if inspect.isroutine(source):
        return source.__name__, _by_name(source)
    if hasattr(source, "params") and hasattr(source, "backward"):
        raise TypeError(
            f"diagnose: expected functions, got the layer {type(source).__name__}; "
            "check_gradients(layer) checks a layer"
        )
    known = {*PLAIN, *DECLARATIONS, "gates", *(p + n for p in PREFIXES.values() for n in PLAIN)}
    names = {name: getattr(source, name) for name in known if hasattr(source, name)}
    if not names.keys() - {"gates"}:
        raise TypeError(
            f"diagnose: expected a file, a module, a class or a dict of functions, got "
            f"{brief(source)}; pass dict(forward=..., backward=...)"
        )
    return getattr(source, "__name__", type(source).__name__), names


def _by_name(function: Any) -> dict[str, Any]:
    """A backward function alone: its name says what it is."""
    name = function.__name__
    if any(name in (*PLAIN, *(p + n for n in PLAIN)) for p in PREFIXES.values()):
        return {name: function}
    for ending in ("step_backward", "step_back", "backward"):
        if name.endswith(ending):
            return {ending: function}
    raise TypeError(
        "diagnose: expected a function whose name ends in backward, step_backward or step_back, "
        f"got {name}; pass dict(forward=..., backward={name})"
    )


def run_file(path: Path) -> dict[str, Any]:
    """The names that a Python file defines. It is executed, as by `import`."""
    if path.is_dir():
        raise ValueError(f"{path}: expected a Python file, got a directory; name a file in it")
    if not path.exists():
        raise ValueError(f"{path}: expected a Python file, but there is none; {CURE}")
    text = path.read_bytes()
    if path.suffix not in ("", ".py") or b"\0" in text:
        raise ValueError(f"{path}: expected a Python file, got something else; {CURE}")
    module = ModuleType(f"diagnosed_{path.stem}")
    module.__file__ = str(path)
    with importable(path.resolve().parent, module):
        try:
            exec(compile(text, str(path), "exec"), vars(module))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            what = f"{path.name} does not run: {raised(error, path)}."
            raise EarlyAnswer("unjudged", what) from None
    return vars(module)


@contextmanager
def importable(directory: Path, module: ModuleType) -> Iterator[None]:
    """The file's neighbours can be imported while it runs, and the module can be looked up."""
    sys.path.insert(0, str(directory))
    sys.modules[module.__name__] = module
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
        del sys.modules[module.__name__]
        sys.path.remove(str(directory))


def raised(error: BaseException, path: Any = None) -> str:
    """An exception of theirs with its line, the innermost one in their file."""
    text = " ".join(str(error).split())
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, SyntaxError) and error.lineno:
        return f"{type(error).__name__} in line {error.lineno}: {error.msg}"
    place, trace = "", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if path is not None and name == str(path):
            place = f" in line {trace.tb_lineno}"
        elif path is None and not name.startswith(OURS) and "site-packages" not in name:
            place = f" in line {trace.tb_lineno} of {Path(name).name}"
        trace = trace.tb_next
    return what.replace(":", f"{place}:", 1) if ":" in what else what + place


# Guesses, each of which a declaration overrules ------------------------------------------------


def _guessed(file: str, names: Mapping[str, Any]) -> str:
    """The cell, from the prefix of the functions or the gates of a class."""
    gates = {book.gates: kind for kind, book in reversed(CELLS.items())}
    if isinstance(names.get("gates"), str) and names["gates"] in gates:
        kind = gates[names["gates"]]
    else:
        prefixed = [kind for kind, prefix in PREFIXES.items() if kind != "gru-reset-after"
                    and any(prefix + name in names for name in PLAIN)]
        if len(prefixed) != 1:
            got = " and ".join(prefixed) or "no word of it"
            raise ValueError(
                f"{file}: expected CELL = one of {', '.join(map(repr, CELLS))}, got {got}; "
                "declare it in the file, or pass cell="
            )
        (kind,) = prefixed
    if kind.startswith("gru"):
        functions = (names[n] for n in names if n in PLAIN or n.startswith("gru_"))
        words = {word for f in functions if callable(f) for word in _all_parameters(f)}
        return "gru-reset-after" if words & {"bhn", "b_hn"} else "gru"
    return kind


def _all_parameters(function: Any) -> list[str]:
    code = getattr(function, "__code__", None)
    return [] if code is None else list(code.co_varnames[: code.co_argcount
                                                         + code.co_kwonlyargcount])


def _guessed_layout(forward: Any, backward: Any) -> str:
    if backward.__name__.endswith("step_back"):
        return "column"
    words = [word for f in (forward, backward) if f is not None for word in _all_parameters(f)]
    return "column" if {"state", "dstate", "W_xh"} & set(words) else "row"


def _with_signature(
    conventions: Conventions, form: str, forward: Any, backward: Any, file: str
) -> StudentCode:
    """The subject, with what the signatures say about c0 and the final state."""
    memory, final = True, False
    back, ahead = takes(backward), None if forward is None else takes(forward)
    if conventions.layout == "column":
        final = form == "sequence" and (back is None or "dstate" in back)
    elif conventions.book.remembers and form == "sequence" and ahead is not None:
        memory = len(ahead) > 5 or (len(ahead) > 2 and ahead[2].startswith("c"))
    return StudentCode(conventions, form, forward, backward, file, memory, final)


def _none_found(file: str, names: Mapping[str, Any], prefix: str) -> str:
    endings = "backward, step_backward or step_back"
    functions = sorted(n for n, v in names.items() if callable(v) and not n.startswith("_"))
    hints = [nearest(n, [prefix + "backward", "backward"]) for n in functions]
    got = f"the functions {', '.join(functions[:6])}" if functions else "no function"
    return (
        f"{file}: expected a function {endings} (or {prefix}backward), got {got}"
        f"{next(filter(None, hints), '')}; {CURE}"
    )

