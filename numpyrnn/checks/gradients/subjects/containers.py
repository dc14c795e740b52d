"""Parameters as people keep them: an array, or lists, tuples and dicts of arrays, nested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Tree = Any


def is_branch(tree: Tree) -> bool:
    """Whether this is a container of others; a list of plain numbers counts as an array."""
    if isinstance(tree, Mapping):
        return True
    if not isinstance(tree, (tuple, list)):
        return False
    return any(np.ndim(part) or not isinstance(part, (int, float, np.number)) for part in tree
               if not isinstance(part, (tuple, list))) or any(
        is_branch(part) for part in tree if isinstance(part, (tuple, list))
    )


def branches(tree: Tree) -> list[tuple[Any, Tree]]:
    """The parts of a container with their keys or positions."""
    return list(tree.items()) if isinstance(tree, Mapping) else list(enumerate(tree))


def flat(tree: Tree, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each leaf with its path: {"a": {"w": W}} has a.w, [W, b] has 0 and 1."""
    if not is_branch(tree):
        yield path, tree
        return
    for key, part in branches(tree):
        yield from flat(part, f"{path}.{key}" if path else str(key))


def mapped(tree: Tree, leaf: Callable[[str, Any], Any], path: str = "") -> Tree:
    """A container of the same kind with leaf(path, value) in place of each leaf."""
    if not is_branch(tree):
        return leaf(path, tree)
    parts = {
        key: mapped(part, leaf, f"{path}.{key}" if path else str(key))
        for key, part in branches(tree)
    }
    if isinstance(tree, Mapping):
        return parts
    if hasattr(tree, "_fields"):
        return type(tree)(*parts.values())
    return type(tree)(parts.values())


def matched(tree: Tree, params: Tree) -> dict[str, Any]:
    """Gradients by the paths of what they belong to; a list answers a dict in its order.

    Names with a d in front are understood too: dW for W, or grad_W, W_grad.
    """
    names = [name for name, _ in flat(params)]
    if isinstance(tree, Mapping) or not isinstance(params, Mapping):
        by_path = dict(flat(tree)) if is_branch(tree) else {"": tree}
    else:
        by_path = dict(zip(map(str, params), tree, strict=False))
        by_path = {path: leaf for key, part in by_path.items() for path, leaf in flat(part, key)}
    if len(names) == 1 and list(by_path) == [""]:
        return {names[0]: by_path[""]}
    for name in names:
        stem, _, last = name.rpartition(".")
        for other in (f"d{last}", f"d_{last}", f"grad_{last}", f"{last}_grad"):
            path = f"{stem}.{other}" if stem else other
            if name not in by_path and path in by_path and path not in names:
                by_path[name] = by_path.pop(path)
    return by_path
