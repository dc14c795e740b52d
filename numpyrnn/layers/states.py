"""States and their gradients, however they are nested.

A recurrent layer's state is a State, a Bidirectional's or Stacked's a tuple of states, a model's a
dict of them by layer. Whatever is no tuple, list or dict counts as an array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from numpyrnn.cells.state import AnyState
from numpyrnn.validation import check_finite, check_float_array, check_shape


def arrays_of(state: Any) -> list[Any]:
    """The arrays of a state, in order."""
    return [array for _, array in _items(state)]


def arrays_by_path(state: Any) -> dict[str, Any]:
    """The arrays of a state by their path, such as "rnn/0/1"; a place in a tuple is its number."""
    return {"/".join(path): array for path, array in _items(state)}


def rebuild(like: Any, new: Iterable[Any]) -> Any:
    """A state of the same form as `like`, filled with the arrays `new` in the order of `arrays_of`.

    Raises ValueError where there are more or fewer of them.
    """
    new, places = list(new), len(arrays_of(like))
    if len(new) != places:
        raise ValueError(
            f"new: expected {places} arrays, one for each of the state, got {len(new)}"
        )
    return _filled(like, iter(new))


def map_states(function: Callable[..., Any], state: Any, *others: Any) -> Any:
    """`function` of each array, and of those in the same place of the other states.

    The result has the form of `state`. Raises ValueError for states of different forms.
    """
    for other in others:
        if arrays_by_path(other).keys() != arrays_by_path(state).keys():
            raise ValueError(
                f"state: expected one of the form {sorted(arrays_by_path(state))}, "
                f"got {sorted(arrays_by_path(other))}; take both from the same layer"
            )
    return rebuild(state, map(function, arrays_of(state), *map(arrays_of, others)))


def _items(state: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(state, (Mapping, tuple, list)):
        yield path, state
        return
    for key, part in state.items() if isinstance(state, Mapping) else enumerate(state):
        yield from _items(part, (*path, str(key)))


def _filled(like: Any, new: Iterator[Any]) -> Any:
    if isinstance(like, Mapping):
        return {key: _filled(part, new) for key, part in like.items()}
    if not isinstance(like, (tuple, list)):
        return next(new)
    parts = [_filled(part, new) for part in like]
    return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)


def kind_of(state: Any) -> str:
    """The name of its kind, as the user writes it."""
    return "State" if isinstance(state, AnyState) else type(state).__name__


def check_state(
    what: str, state: Any, kind: type[AnyState], shape: tuple[int, int], dtype: np.dtype
) -> Any:
    """`state` with arrays of the dtype, or TypeError or ValueError for another kind or shape."""
    words = f"State({', '.join(kind._fields)})"
    if not isinstance(state, kind):
        got = kind_of(state)
        if got == "State":
            got = f"State({', '.join(state._fields)})"
        raise TypeError(
            f"{what}: expected a {words} of arrays {shape}, got {got}; "
            f"write numpyrnn.{words}, or take the one that forward returned"
        )
    arrays = []
    for field, value in zip(state._fields, state, strict=True):
        value = check_float_array(f"{what}.{field}", value, dtype)
        check_shape(f"{what}.{field}", value, shape,
                    "one row for each sequence; a state is never broadcast")
        check_finite(f"{what}.{field}", value)
        arrays.append(value)
    return kind(*arrays)
