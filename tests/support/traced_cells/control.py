"""What Python can do between two lines: break, try, with, match, nonlocal, walrus, del, swaps."""

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, T, on

W, U, BIAS, X, S = (H, D), (H, H), (H, 1), (D, B), (H, B)
SEQ = dict(x=(T + 1, D, B), h=S, W=W, U=U)
STEP = dict(x=X, h=S, W=W, U=U)

calls = 0
history = []
state = {"h": None}
running_mean = np.zeros((H, 1))


def with_break(x, h, W, U):
    for t in range(len(x)):
        if t == 2:
            break
        h = np.tanh(W @ x[t] + U @ h)
    return h


def with_continue(x, h, W, U):
    for t in range(len(x)):
        if t % 2:
            continue
        h = np.tanh(W @ x[t] + U @ h)
    return h


def for_else(x, h, W, U):
    for xt in x:
        h = np.tanh(W @ xt + U @ h)
        if np.abs(h).max() > 2:
            break
    else:
        h = 0.5 * h
    return h


def while_with_break(x, h, W, U):
    t = 0
    while True:
        a = W @ x[t] + U @ h
        h = np.tanh(a)
        t += 1
        if t == len(x):
            break
    return h


def until_it_settles(x, h, W, U):
    for k in range(50):
        new = np.tanh(W @ x + 0.1 * (U @ h))
        change = np.abs(new - h).max()
        h = new
        if change < 1e-3:
            break
    return h, k


def try_and_finally(x, h, W, U):
    try:
        a = W @ x + U @ h
        h = np.tanh(a)
    finally:
        n = h.sum()
    return h, n


def try_and_except(x, h, W, U):
    try:
        a = W @ h
    except ValueError as error:
        reason = str(error)
        a = W @ x
    else:
        reason = "none"
    h = np.tanh(a + U @ h)
    return h


def return_inside_with(x, h, W, U):
    with np.errstate(over="ignore"):
        a = W @ x + U @ h
        return np.tanh(a)


def return_inside_try(x, h, W, U):
    try:
        h = np.tanh(W @ x + U @ h)
        return h
    finally:
        h = None


def nested_ifs(x, h, W, U, kind, bias):
    a = W @ x + U @ h
    if bias is not None:
        if bias.ndim == 1:
            a = a + bias[:, None]
        else:
            a = a + bias
    if kind == "tanh":
        h = np.tanh(a)
    elif kind == "relu":
        h = np.maximum(a, 0)
    else:
        raise ValueError(kind)
    return h


def with_match(x, h, W, U, kind):
    a = W @ x + U @ h
    match kind:
        case "tanh":
            h = np.tanh(a)
        case {"clip": limit}:
            h = np.clip(a, -limit, limit)
        case _:
            h = a
    return h


def early_return(x, h, W, U):
    if h is None:
        return np.tanh(W @ x)
    a = U @ h
    if a.shape[1] == 2:
        h = np.tanh(W @ x + a)
        return h
    return a


def walrus(x, h, W, U):
    if (a := W @ x + U @ h).shape[0] > 2:
        h = np.tanh(a)
    h = h + (b := 0.5 * a) * b
    return h


def conditional_expression(x, h, W, U, first):
    past = U @ h if not first else 0
    a = W @ x + past
    h = np.tanh(a) if a.mean() < 100 else np.maximum(a, 0)
    return h


def with_del(x, h, W, U):
    a = W @ x
    b = U @ h
    s = a + b
    del a, b
    h = np.tanh(s)
    a = h * 2
    return a


def global_counter(x, h, W, U):
    global calls
    calls += 1
    h = np.tanh(W @ x + U @ h)
    history.append(float(h[0, 0]))
    return h


def global_array(x, h, W, U):
    global running_mean
    a = W @ x + U @ h
    running_mean = 0.9 * running_mean + 0.1 * a.mean(axis=1, keepdims=True)
    h = np.tanh(a - running_mean)
    return h


def global_dict(x, h, W, U):
    state["h"] = np.tanh(W @ x + U @ h)
    return state["h"] * 2


def with_nonlocal(x, h, W, U):
    count = 0

    def advance(v):
        nonlocal h, count
        count += 1
        h = np.tanh(W @ v + U @ h)

    advance(x)
    advance(2 * x)
    h = h / count
    return h


def maybe_unbound(x, h, W, U, extra):
    if extra:
        more = U @ h
    a = W @ x
    if extra:
        a = a + more
    h = np.tanh(a)
    return h


def starred(x, h, W, U):
    first, *rest = x
    last = rest[-1]
    h = np.tanh(W @ first + U @ h)
    (h, *_), scale = [h, h], 0.5
    h = np.tanh(W @ last + U @ h) * scale
    return h


def chained(x, h, W, U):
    a = b = W @ x + U @ h
    c = d = np.tanh(a)
    h = c * d + b
    return h


def swapped(x, a, b, W):
    a, b = b, a
    a, b = np.tanh(W @ x + a), a * b
    return a, b


def shift_register(x, h1, h2, h3, W):
    h3, h2, h1 = h2, h1, np.tanh(W @ x + 0.5 * h1 + 0.3 * h2 + 0.2 * h3)
    return h1, h2, h3


class Holder:
    def __init__(self, rng):
        self.h, self.n = rng.standard_normal(S), 0


def augmented_attribute(x, cell, W, U):
    cell.h *= 0.5
    cell.h += W @ x
    cell.n += 1
    return cell.h


def assertions_and_prints(x, h, W, U):
    """A docstring, and lines that make no numbers."""
    assert x.shape[0] == W.shape[1], "x has the wrong size"
    import math
    pass
    a = W @ x + U @ h; "a string"
    h = np.tanh(a)
    scale = math.sqrt(4)
    return h / scale


def lambda_in_the_middle(x, h, W, U):
    f = lambda v: v
    for f in (np.tanh, f, lambda v: 0.5 * v):
        h = f(W @ x + U @ h)
    return h


def same_line_twice(x, h, W, U):
    h = np.tanh(W @ x + U @ h)
    h = np.tanh(W @ x + U @ h)
    return h


def loop_variable(x, h, W, U):
    v = 2 * h
    a = 0 * h
    for v in (W @ x, U @ h, v):
        a = a + v
    h = np.tanh(a)
    return h


def two_with_items(x, h, W, U):
    with np.errstate(all="ignore"), np.printoptions(precision=3) as options:
        h = np.tanh(W @ x + U @ h)
        return h


CELLS = [
    Entry("control: break", on(with_break, **SEQ), "h"),
    Entry("control: continue", on(with_continue, **SEQ), "h"),
    Entry("control: for and else", on(for_else, **SEQ), "xt h", parents={"h": "h"}),
    Entry("control: while True", on(while_with_break, **SEQ), "a h", parents={"h": "a"}),
    Entry("control: until it settles", on(until_it_settles, **STEP), "new change h",
          parents={"change": "new h"}),
    Entry("control: try and finally", on(try_and_finally, **STEP), "a h n", parents={"n": "h"}),
    Entry("control: try and except", on(try_and_except, **STEP), "a h", parents={"h": "a"}),
    Entry("control: return inside with", on(return_inside_with, **STEP), "a"),
    Entry("control: return inside try", on(return_inside_try, **STEP), "h"),
    Entry("control: nested ifs", on(nested_ifs, **STEP, kind="relu", bias=(H,)), "a h",
          parents={"a": "a", "h": "a"}),
    Entry("control: match", on(with_match, **STEP, kind=lambda rng: {"clip": 0.4}), "a limit h",
          parents={"h": "a limit"}, without_formula={"limit": "taken out by a pattern"}),
    Entry("control: early return", on(early_return, **STEP), "a h", parents={"h": "a"}),
    Entry("control: walrus", on(walrus, **STEP), "a h b", spied=False, parents={"b": "a"}),
    Entry("control: conditional expressions", on(conditional_expression, **STEP, first=False),
          "past a h", parents={"a": "past", "h": "a"}),
    Entry("control: del", on(with_del, **STEP), "a b s h", parents={"s": "a b", "a": "h"}),
    Entry("control: a global counter", on(global_counter, **STEP), "h"),
    Entry("control: a global array", on(global_array, **STEP), "a running_mean h",
          parents={"running_mean": "a", "h": "a running_mean"}),
    Entry("control: a global dict", on(global_dict, **STEP), "state['h']"),
    Entry("control: nonlocal", on(with_nonlocal, **STEP), "h", spied=False),
    Entry("control: a name that may be unbound", on(maybe_unbound, **STEP, extra=False), "a h",
          parents={"h": "a"}),
    Entry("control: starred", on(starred, **SEQ), "first last h"),
    Entry("control: a = b = ...", on(chained, **STEP), "a b c d h"),
    Entry("control: a, b = b, a", on(swapped, x=X, a=S, b=S, W=W), "a b",
          parents={"b": "a b"}),
    Entry("control: a shift register", on(shift_register, x=X, h1=S, h2=S, h3=S, W=W), "h1"),
    Entry("control: augmented attributes", on(
          augmented_attribute, x=X, cell=lambda rng: Holder(rng), W=W, U=U), "cell.h"),
    Entry("control: assert, import, docstring", on(assertions_and_prints, **STEP), "a h scale",
          parents={"h": "a"}),
    Entry("control: a lambda in a loop variable", on(lambda_in_the_middle, **STEP), "h"),
    Entry("control: the same line twice", on(same_line_twice, **STEP), "h", parents={"h": "h"}),
    Entry("control: the loop variable was a name before", on(loop_variable, **STEP), "v a h",
          parents={"a": "a v", "h": "a"}),
    Entry("control: two items in a with", on(two_with_items, **STEP), "h"),
]
