"""Answers to a call, a name or a word that does not fit: one sentence with the right word.

Imports neither NumPy nor anything else that takes time, so that `import numpyrnn` stays free.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from importlib import import_module
from inspect import Parameter, isfunction, signature
from types import FrameType, ModuleType
from typing import Any, TypeVar

from numpyrnn.words import ATTRIBUTES, KEYWORDS, NAMES, VALUES

F = TypeVar("F", bound=Callable[..., Any])

POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
SIZES = "the size of the input is not guessed from the data; write {call}"
MISSING = {  # a function, or a parameter: what to write where an argument is missing
    "step": "write optimizer.step(model.params, model.grads)",
    "fit": "write fit(model, loss, optimizer, (x, y), epochs=10)",
    "Bidirectional": "write Bidirectional(LSTM(..), LSTM(.., reverse=True))",
    "hidden_size": SIZES,
    "output_size": SIZES,
}


def nearest(name: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """A hint that names the known word closest to `name`, or an empty string."""
    import difflib

    by_lower = {str(word).lower(): word for word in known}
    lower = str(name).lower()
    theirs = VALUES.get(lower.replace("_", "").replace("-", ""), "").split()
    close = difflib.get_close_matches(lower, by_lower, n=1, cutoff=cutoff)
    close = [word for word in theirs if word in by_lower] or close
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


# Calls --------------------------------------------------------------------------------------------


def explained(function: F) -> F:
    """The function; a call that does not fit its signature is answered with a sentence."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True    # notebooks and pytest leave this frame out of a traceback
        try:
            return function(*args, **kwargs)
        except TypeError:
            sentence = misfit(function, args, kwargs)
            if sentence is None:        # the call fits: the error was raised inside
                raise
            raise TypeError(sentence) from None

    return call  # type: ignore[return-value]


def misfit(function: Callable[..., Any], args: tuple, kwargs: Mapping[str, Any]) -> str | None:
    """Why the arguments do not fit the signature, and what to write; None if they fit."""
    takes = signature(function)
    try:
        takes.bind(*args, **kwargs)
    except TypeError as error:
        words = str(error)
    else:
        return None
    name, parameters = function.__qualname__, list(takes.parameters.values())
    if parameters and parameters[0].name == "self":
        method, owner = function.__name__, type(args[0]) if args else type(None)
        if not hasattr(owner, method):
            return (
                f"{name}: expected an object before the dot, got the class; make one first, such "
                f"as lstm = LSTM(8, 32), then lstm.{method}(..)"
            )
        name = owner.__name__ if method == "__init__" else f"{owner.__name__}.{method}"
        parameters, args = parameters[1:], args[1:]
    named = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters)
    if surplus := [word for word in kwargs if word not in named and not any_keyword]:
        hint = keyword_hint(surplus[0], named)
        return f"{name}: got an unexpected keyword argument {surplus[0]!r}; {hint}"
    places = [p.name for p in parameters if p.kind in POSITIONAL]
    if len(args) > len(places):
        several = "; more layers are Stacked([..])" if "hidden_size" in places else ""
        return (
            f"{name}: expected at most {len(places)} arguments without a name "
            f"({', '.join(places)}), got {len(args)}; name the others{several}"
        )
    needed = [p.name for p in parameters if p.default is p.empty and p.name in named]
    missing = [p for p in needed if p not in kwargs and p not in places[:len(args)]]
    if not missing:
        return f"{name}: {words}"
    call = f"{name}({', '.join(p if p in places else f'{p}=..' for p in needed)})"
    known = (MISSING[word] for word in (name.split(".")[-1], missing[0]) if word in MISSING)
    cure = next(known, "write {call}").format(call=call)
    return f"{name}: expected {_listed(needed)}, but {missing[0]!r} is missing; {cure}"


def keyword_hint(word: str, named: list[str]) -> str:
    """What to write in the place of a keyword: our word for theirs, or the closest one."""
    ours, cure = KEYWORDS.get(word, ("", ""))
    for own in ours.split():
        if own in named:
            return f"write {own}="
    if cure:
        return cure
    hint = nearest(word, named).removeprefix("; ")
    listed = ", ".join(named) or "none"
    return hint or (f"it takes {listed}" if len(listed) <= 160 else f"it takes {listed[:150]}...")


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the user's own line, however many of ours lie between."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _module_of(frame).split(".")[0] == "numpyrnn":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def _module_of(frame: FrameType) -> str:
    return frame.f_globals.get("__name__", "")      # exec(code, {}) gives its code no name


# Names --------------------------------------------------------------------------------------------


def unknown_attribute(thing: object, name: str) -> AttributeError:
    """The error for an attribute that a layer or an optimizer does not have.

    It carries the object without the name, or else Python would add a guess of its own.
    """
    kind = type(thing).__name__
    hint = ""
    if not name.startswith("_"):
        inside = name in vars(thing).get("_children", ())
        cure = f"write layer.children()[{name!r}]" if inside else ATTRIBUTES.get(name)
        own = [word for word in (*vars(thing), *dir(type(thing))) if not word.startswith("_")]
        hint = f"; {cure}" if cure else nearest(name, own, 0.65)
        if hasattr(type(thing), "params") and name in thing.params:  # type: ignore[attr-defined]
            hint = f'; write .params["{name}"]'
    return AttributeError(f"{kind!r} object has no attribute {name!r}{hint}", obj=thing)


def assigned(layer: Any, name: str, value: Any) -> str | None:
    """What to write instead of `layer.name = value`, which would change nothing; None: it is fine.
    """
    inside, own = vars(layer).get("_children", {}), vars(layer).get("_params", {})
    if name in ("params", "grads"):
        instead = ", or load_params(values)" if name == "params" else ""
        return f"write layer.{name}['name'][...] = value{instead}"
    if name in inside and inside[name] is not value:
        return "build the model anew, or copy with layer.children()[name].load_params(params)"
    if name in own and own[name] is not value:
        return f"write layer.params[{name!r}][...] = value"
    ours = (own or inside) and type(layer).__module__.startswith("numpyrnn.")
    theirs = ATTRIBUTES.get(name, "") if ours else ""
    return f"{theirs}[...] = value" if "params[" in theirs and theirs.endswith("]") else None


def unknown_name(module: str, name: str, known: Iterable[str], asker: str) -> Exception:
    """The error for a name that a module does not have.

    `from numpyrnn import Lstm` would replace an AttributeError by a sentence of its own; so there,
    where the import system asks and no submodule has the name, it is an ImportError.
    """
    words = f"module {module!r} has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(words)
    known = list(known)
    theirs = NAMES.get(name)
    if module != "numpyrnn" and name in sys.modules["numpyrnn"].__all__:
        theirs = f"write numpyrnn.{name}"
    if theirs is None or theirs in known:
        hint = nearest(name, known, 0.6) if theirs is None else f"; did you mean {theirs!r}?"
    else:
        hint = f"; {theirs}"
    if asker == "_handle_fromlist":
        from importlib.util import find_spec

        if find_spec(f"{module}.{name}") is None:
            return ImportError(f"cannot import name {name!r} from {module!r}{hint}", name=module)
    return AttributeError(words + hint, obj=sys.modules[module])


def renamed(module: str, **names: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module in which old names go on working, each with a warning.

        __getattr__ = renamed(__name__, Slower="Subsampled")

    An old name gives what the new one gives: isinstance and pickles go on working. The new name
    stands in the same module, or is written whole ("numpyrnn.layers.Subsampled"). A room that
    answers names anyway says it there: open_room(__name__, Slower="Subsampled").
    """

    def __getattr__(word: str) -> Any:
        if word not in names:
            raise AttributeError(f"module {module!r} has no attribute {word!r}")
        home, _, name = names[word].rpartition(".")
        home = home or module
        warn(f"{module}.{word} is called {home}.{name} now; write that", DeprecationWarning)
        return getattr(import_module(home), name)

    return __getattr__


def renamed_keywords(**names: str) -> Callable[[F], F]:
    """A decorator: the old keywords of a function go on working, each with a warning.

        @renamed_keywords(trivial="baseline_name")
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            for old, new in names.items():
                if old in kwargs and new not in kwargs:
                    what = function.__name__
                    warn(f"{what}: {old}= is called {new}= now; write that", DeprecationWarning)
                    kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call  # type: ignore[return-value]

    return decorate


def open_room(name: str, **old: str) -> Callable[[str], Any]:
    """Let a package answer calls that do not fit; returns the `__getattr__` that answers names.

    All that its `__all__` names is explained: the functions where they stand, and of the classes
    the constructor and the public methods, those of their bases in the same package too. `old` are
    names of before, with their new ones (see `renamed`).
    """
    room = sys.modules[name]
    for word in room.__all__:
        value = getattr(room, word)
        if not getattr(value, "__module__", "").startswith(name):
            continue
        if isfunction(value):
            _replace(sys.modules[value.__module__], value)
            setattr(room, word, getattr(sys.modules[value.__module__], value.__name__))
        elif isinstance(value, type) and not issubclass(value, tuple):
            for kind in value.__mro__:
                if kind.__module__.startswith("numpyrnn."):
                    explain_methods(kind)

    alias = renamed(name, **old)

    def __getattr__(word: str) -> Any:
        if word in old:
            return alias(word)
        raise unknown_name(name, word, room.__all__, sys._getframe(1).f_code.co_name)

    return __getattr__


def explain_methods(kind: type) -> None:
    """Explain the constructor and the public methods that the class itself defines."""
    for word, method in list(vars(kind).items()):
        if isfunction(method) and (word == "__init__" or not word.startswith("_")):
            _replace(kind, method)


def _replace(place: ModuleType | type, function: Callable[..., Any]) -> None:
    if not hasattr(function, "__explained__"):
        new = explained(function)
        new.__explained__ = True  # type: ignore[attr-defined]
        setattr(place, function.__name__, new)

