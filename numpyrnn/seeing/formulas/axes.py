"""What the axes of a formula's value mean, in words, from those of the names in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numpyrnn.seeing.formulas.evaluated import ELEMENTWISE, REDUCTIONS, Tree

Labels = tuple[str | None, ...]     # a word for each axis, or None
SEVERAL = {"gate": "gates", "unit": "units", "input": "inputs", "unit before": "units before",
           "sequence": "batch"}


def labels(tree: Tree, labels_of: Callable[[str], Labels]) -> Labels:
    """A word or None for each axis of a tree's value; `labels_of(name)` gives those of a name.

    Words come from the names only, never from the place of an axis: where an operation makes a new
    axis, or joins two that mean different things, there is none.
    """
    if tree["op"] == "var":
        return labels_of(tree["name"])
    return applied(tree, [labels(part, labels_of) for part in tree.get("args", ())])


def over(axis: int | Sequence[int] | None, whole: Labels) -> str | None:
    """What a sum over an axis is a sum over: "gates", "batch"; None where no word is known."""
    if axis is None:
        return None
    words = [whole[k] for k in ([axis] if isinstance(axis, int) else axis)]
    if not all(words):
        return None
    return ", ".join(SEVERAL.get(str(word), str(word)) for word in words)


def applied(tree: Tree, args: list[Labels]) -> Labels:
    """The words for the axes of an operation's result, from those of its parts."""
    op, first = tree["op"], args[0] if args else ()
    if op in ELEMENTWISE or op == "terms":
        return _broadcast(args)
    if op in REDUCTIONS:
        axis = tree["axis"]
        gone = range(len(first)) if axis is None else [axis] if isinstance(axis, int) else axis
        return tuple(None if k in gone else word for k, word in enumerate(first)
                     if k not in gone or tree["keepdims"])
    if op == "@":
        return _product(*args)
    if op == "outer":
        return tuple(next(iter(words), None) for words in args)
    if op == "einsum":
        return _einsum(tree["spec"], args)
    if op == "T":
        return (*first[:-2], first[-1], first[-2])
    if op == "transpose":
        return tuple(first[axis] for axis in tree["axes"])
    if op == "reshape":
        return tuple(None if axis is None else first[axis] for axis in tree["kept"])
    if op == "block":
        return first[1:]
    if op == "slice":
        return _sliced(tree["index"], first)
    if op in ("stack", "newaxis"):
        axis, inside = tree.get("axis", 0), _broadcast(args)
        return (*inside[:axis], None, *inside[axis:])
    if op == "concat":
        joined, axis = _broadcast(args), tree["axis"]
        word = first[axis] if all(own[axis] == first[axis] for own in args) else None
        return (*joined[:axis], word, *joined[axis + 1:])
    if op == "pick":
        axis, inner = tree["axis"], max(map(len, args[1:]))
        return (*first[:axis], *(None,) * inner, *first[axis + len(args) - 1:])
    if op == "broadcast":
        return _broadcast([first, (None,) * len(tree["shape"])])
    if op in ("zeros", "eye", "range"):
        return (None,) * len(tree.get("shape", (0,) * (1 + (op == "eye"))))
    return first                                                # blocks, put, softmax; a number


def _broadcast(args: Sequence[Labels]) -> Labels:
    ndim = max(map(len, args))
    return tuple(map(_one, *((*(None,) * (ndim - len(words)), *words) for words in args)))


def _one(*words: str | None) -> str | None:
    """The word that all of these agree on; None is no word yet."""
    known = {word for word in words if word is not None}
    if known == {"unit", "unit before"}:            # of one size: what was a unit is one again
        return "unit"
    return known.pop() if len(known) == 1 else None


def _product(a: Labels, b: Labels) -> Labels:
    return (*_broadcast([a[:-2], b[:-2]]), *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def _einsum(spec: str, args: list[Labels]) -> Labels:
    inputs, _, output = spec.partition("->")
    words: dict[str, list[str | None]] = {}
    for own, of_part in zip(inputs.split(","), args, strict=True):
        for letter, word in zip(own, of_part, strict=True):
            words.setdefault(letter, []).append(word)
    return tuple(_one(*words[letter]) for letter in output)


def _sliced(index: list, whole: Labels) -> Labels:
    result: list[str | None] = []
    axis = 0
    for part in index:
        if part == "new":
            result.append(None)
            continue
        if isinstance(part, list):
            result.append(whole[axis])
        axis += 1
    return (*result, *whole[axis:])
