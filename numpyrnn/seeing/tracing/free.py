"""Any function, watched: arguments, results and the backward pass of `trace_step`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.texts import given
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.functions import codes_of, plain_function
from numpyrnn.seeing.tracing.lines import definition_of
from numpyrnn.seeing.tracing.memory import is_known_kind
from numpyrnn.seeing.tracing.observer import Observer
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.seeing.tracing.targets import Assignment, inside
from numpyrnn.validation import brief


def watched(
    f: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], event_type: type[Event]
) -> tuple[Observer, tuple[Any, Any]]:
    """Run f, and its backward pass if it has one; the record, and what the two returned."""
    step, back = _pair(f)
    source = kwargs.get("source") if "source" not in _arguments_of(step) else None
    kwargs = {name: value for name, value in kwargs.items() if name != "source" or source is None}
    with source_of(step, source):
        return _watched(f, step, back, args, kwargs, event_type)


def _watched(
    f: Any, step: Any, back: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any],
    event_type: type[Event],
) -> tuple[Observer, tuple[Any, Any]]:
    recorder = Recorder(getattr(f, "gates", ""), event_type)
    observer = Observer(recorder, follows_loops=True)
    observer.on_enter = lambda call: _arguments(recorder, call)
    result = observer.run(step, codes_of(step), *args, **kwargs)
    _results(observer, result)
    if back is None:
        return observer, (result, None)
    parts = result if isinstance(result, tuple) else (result,)
    if len(parts) < 2:
        raise TypeError(
            f"f: expected a step that returns its results and, last, the cache for step_back, got "
            f"{brief(result)}; return both, or trace the step alone"
        )
    upstream = tuple(map(_ones, parts[:-1]))
    recorder.phase, observer.tag_follows = "backward", False
    given = upstream if _takes(back, len(upstream) + 1) else (upstream,)
    own = _taken(back, kwargs)
    gradients = observer.run(back, codes_of(back), *given, parts[-1], **own)
    _results(observer, gradients)
    return observer, (result, gradients)


def _pair(f: Any) -> tuple[Any, Any]:
    """The step and the step back of what trace_step is given."""
    if isinstance(f, tuple | list) and len(f) == 2:
        step, back = f
    elif plain_function(f) is not None and not hasattr(f, "step"):
        step, back = f, None
    else:
        step, back = getattr(f, "step", None), getattr(f, "step_back", None)
    for name, function in (("f", step), ("step_back", back)):
        if (function is not None or name == "f") and plain_function(function) is None:
            got = brief(f if function is None else function)
            cure = "call one of its methods" if isinstance(f, type) else "write it with def"
            raise TypeError(
                f"{name}: expected a function written in Python, a pair (step, step_back), or an "
                f"object with a method step, got {got}; {cure}"
            )
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{name}: expected a function that runs when it is called, got {brief(function)}, "
                "which is awaited; write it with def instead of async def"
            )
    return step, back


def _arguments(recorder: Recorder, call: Any) -> None:
    """The arrays that the function is called with are the first events."""
    code = call.visit.source.code
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    for name in code.co_varnames[:count]:
        value = call.visit.after.get(name)
        parts: Iterable = [(name, value, None)] if _is_number(value) else ()
        if isinstance(value, tuple | list | dict):
            parts = inside(name, value)
        for word, part, _ in parts:
            region = recorder.memory.get(part)
            if region is not None and region.origin is not None:
                continue
            event = recorder.event(None, word, part, None, "given", {})
            if is_known_kind(part):
                recorder.memory.put(part, word, event)
            elif word == name:
                call.reading.bind(name, value, event)
            call.named[word] = event


def source_of(function: Any, source: str | None) -> AbstractContextManager[None]:
    """While it lasts, this is the text that a function was made from."""
    inner = plain_function(function)
    if source is None or inner is None:
        return nullcontext()
    if not isinstance(source, str):
        raise TypeError(f"source: expected the text that was given to exec, got {brief(source)}")
    with given(inner.__code__, source):
        if definition_of(inner.__code__)[1] is None:
            raise ValueError(
                f"source: expected the text in which {inner.__name__} is written, got one that has "
                "it not, or on another line; give the text as exec got it"
            )
    return given(inner.__code__, source)


def _arguments_of(function: Any) -> set[str]:
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return set()


def _results(observer: Observer, value: Any) -> None:
    """What was returned without a name is an event, too."""
    call = observer.outermost
    if call is not None and call.reading.of_value(value) is None:
        statement = call.visit.returned[0] if call.visit.returned else None
        expr = getattr(statement.node, "value", None) if statement else None
        call.finish(Assignment("result", value, expr), statement)


def _is_number(value: Any) -> bool:
    return is_known_kind(value) or isinstance(value, float | np.floating)


def _ones(value: Any) -> Any:
    """The gradient of the sum of a result: 1 for each of its numbers."""
    if isinstance(value, tuple):
        parts = map(_ones, value)
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return np.ones_like(value, dtype=np.result_type(value, np.float32))


def _takes(function: Any, count: int) -> bool:
    """Whether a function can be called with so many arguments by position."""
    try:
        parts = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    by_place = [p for p in parts if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in by_place if p.default is p.empty]
    more = any(p.kind is p.VAR_POSITIONAL for p in parts)
    return len(needed) <= count and (more or count <= len(by_place))


def _taken(function: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments that a function takes."""
    try:
        parts = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return dict(kwargs)
    if any(p.kind is p.VAR_KEYWORD for p in parts.values()):
        return dict(kwargs)
    return {name: value for name, value in kwargs.items() if name in parts}


def name_of(value: Any) -> str:
    """What a function or a cell is called."""
    if isinstance(value, tuple | list):
        return name_of(value[0])
    name = getattr(value, "__name__", None) or getattr(plain_function(value), "__name__", None)
    own = type(value).__name__
    return own if hasattr(value, "step") and not isinstance(value, type) else name or own


def dtype_of(events: Iterable[Event]) -> np.dtype:
    """The widest floating-point type among the values."""
    kinds = [event.value.dtype for event in events if event.value.dtype.kind == "f"]
    return np.result_type(*kinds) if kinds else np.dtype(np.float64)
