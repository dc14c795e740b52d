"""Arrays whose contents are changed: out=, +=, views, helpers that write into an argument."""

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, ids, on

W, U, BIAS, X, S = (H, D), (H, H), (H, 1), (D, B), (H, B)
PLAIN = dict(x=X, h=S, W=W, U=U, b=BIAS)


def out_of_itself(x, h, W, U, b):
    h = W @ x + U @ h + b
    np.tanh(h, out=h)
    return h


def out_under_two_names(x, h, W, U, b):
    a = W @ x + U @ h + b
    h = np.tanh(a, out=a)
    return h, a


def out_into_a_buffer(x, h, W, U, b):
    buffer = np.zeros_like(h)
    np.matmul(W, x, out=buffer)
    np.add(buffer, U @ h, out=buffer)
    np.add(buffer, b, out=buffer)
    np.tanh(buffer, buffer)
    return buffer


def added_up(x, h, W, U, b):
    a = W @ x
    a += U @ h
    a += b
    a *= 0.5
    h = np.tanh(a)
    return h


def all_operators(x, h, W, U, b):
    a = W @ x
    a -= b
    a /= 2
    a **= 2
    h = h @ h.T
    h @= U
    return a, h


def clipped_gradients(dh, x, h_prev, h):
    da = dh * (1 - h ** 2)
    dW, dU, db = da @ x.T, da @ h_prev.T, da.sum(axis=1, keepdims=True)
    for d in (dW, dU, db):
        np.clip(d, -0.05, 0.05, out=d)
    return dW, dU, db


def clipped_in_a_dict(grads):
    for name in grads:
        np.clip(grads[name], -0.5, 0.5, out=grads[name])
    norm = np.sqrt(np.sum(grads["Wx"] ** 2) + np.sum(grads["b"] ** 2))
    return grads, norm


def into_views(x, h, W, U, b):
    z = np.zeros((2 * len(h), h.shape[1]))
    top, bottom = z[:len(h)], z[len(h):]
    top[:] = W @ x
    bottom[:] = U @ h
    np.tanh(top, out=top)
    return z


def through_a_reshape(x, h, W, U, b):
    a = W @ x + U @ h + b
    flat = a.reshape(-1)
    flat[0] = 0.0
    flat += 1
    h = np.tanh(a)
    return h


def through_a_transpose(x, h, W, U, b):
    a = W @ x + U @ h
    rows = a.T
    rows += b.T
    h = np.tanh(a)
    return h


def squash(z):
    np.tanh(z, out=z)


def add_into(total, change):
    total += change


def helper_that_writes(x, h, W, U, b):
    a = W @ x + b
    add_into(a, U @ h)
    squash(a)
    return a


def writes_into_the_argument(x, h, W, U, b):
    h[:] = np.tanh(W @ x + U @ h + b)
    return h


def sorted_in_place(x, h, W, U, b):
    a = W @ x + U @ h + b
    a.sort(axis=0)
    h = np.tanh(a)
    return h


def slices(x, h, W, U, b):
    a = np.zeros((3, *h.shape))
    a[0] = W @ x
    a[1] = U @ h
    a[2, :, :] = a[0] + a[1] + b
    return a


def relu_by_a_mask(x, h, W, U, b):
    h = W @ x + U @ h + b
    h[h < 0] = 0
    return h


def by_a_boolean_mask(x, h, W, U, b):
    a = W @ x + U @ h + b
    mask = a > 0
    h = a * mask
    return h


def add_at(words, E, dx):
    dE = np.zeros_like(E)
    np.add.at(dE, words, dx)
    E = E - 0.1 * dE
    return E


def fill_copyto_put(x, h, W, U, b):
    a = np.empty_like(h)
    a.fill(0.5)
    np.copyto(a, W @ x)
    np.put(a, [0], 9.0)
    np.tanh(a, out=a, where=b > 0)
    h = np.tanh(a)
    return h


def momentum(params, grads, velocity):
    for k in params:
        velocity[k] *= 0.9
        velocity[k] -= 0.1 * grads[k]
        params[k] += velocity[k]
    return params


def running_sums(dh, xs, hs):
    dW = np.zeros((len(dh[0]), xs.shape[1]))
    for t in range(len(xs)):
        dz = dh[t] * (1 - hs[t] ** 2)
        dW += dz @ xs[t].T
    return dW


def two_names_one_array(x, h, W, U, b):
    a = c = W @ x + b
    a += U @ h
    h = np.tanh(c)
    return h


def list_of_buffers(x, h, W, U, b):
    buffers = [np.zeros_like(h), np.zeros_like(h)]
    buffers[0] += W @ x
    buffers[1][...] = U @ h
    buffers[0] += buffers[1]
    return buffers


CELLS = [
    Entry("in place: np.tanh(h, out=h)", on(out_of_itself, **PLAIN), "h"),
    Entry("in place: h = np.tanh(a, out=a)", on(out_under_two_names, **PLAIN), "a h"),
    Entry("in place: out= into a buffer", on(out_into_a_buffer, **PLAIN), "buffer"),
    Entry("in place: +=", on(added_up, **PLAIN), "a h", parents={"h": "a", "a": "a"}),
    Entry("in place: all operators", on(all_operators, **PLAIN), "a h"),
    Entry("in place: gradients clipped in a loop", on(clipped_gradients, dh=S, x=X, h_prev=S, h=S),
          "da dW dU db"),
    Entry("in place: a dict of gradients clipped", on(
          clipped_in_a_dict, grads=dict(Wx=W, Wh=U, b=BIAS)), "norm"),
    Entry("in place: through slices", on(into_views, **PLAIN), "z top bottom",
          without_formula={"np.tanh(top, out=top)": "z is changed through top"}),
    Entry("in place: through a reshape", on(through_a_reshape, **PLAIN), "a flat h",
          parents={"h": "a"}),
    Entry("in place: through a transpose", on(through_a_transpose, **PLAIN), "a rows h",
          parents={"h": "a"}),
    Entry("in place: helpers that write", on(helper_that_writes, **PLAIN), "a",
          without_formula={"add_into(a, U @ h)": "a helper changes it",
                           "squash(a)": "a helper changes it"}),
    Entry("in place: the argument", on(writes_into_the_argument, **PLAIN), "h[:]"),
    Entry("in place: sort", on(sorted_in_place, **PLAIN), "a h", parents={"h": "a"},
          without_formula={"a.sort(axis=0)": "sorts"}),
    Entry("in place: slices of a stack", on(slices, **PLAIN), ["a", "a[0]", "a[1]", "a[2, :, :]"]),
    Entry("in place: ReLU by h[h < 0] = 0", on(relu_by_a_mask, **PLAIN), "h"),
    Entry("in place: ReLU by a boolean mask", on(by_a_boolean_mask, **PLAIN), "a mask h",
          parents={"h": "a mask", "mask": "a"}),
    Entry("in place: np.add.at", on(add_at, words=ids(3), E=(5, D), dx=(3, D)), "dE E",
          parents={"E": "dE"}, without_formula={"np.add.at(dE, words, dx)": "adds at indices"}),
    Entry("in place: fill, copyto, put, where=", on(fill_copyto_put, **PLAIN), "a h",
          spied=False, parents={"h": "a"},
          without_formula={"a = np.empty_like(h)": "its numbers mean nothing",
                           "np.put(a, [0], 9.0)": "puts at an index",
                           "a.fill(0.5)": "a call",
                           "np.tanh(a, out=a, where=b > 0)": "where="}),
    Entry("in place: momentum on dicts", on(
          momentum, params=dict(W=W, b=BIAS), grads=dict(W=W, b=BIAS),
          velocity=dict(W=W, b=BIAS)), "velocity[k] params[k]"),
    Entry("in place: a running sum over time", on(running_sums, dh=(3, H, B), xs=(3, D, B),
                                                  hs=(3, H, B)), "dz dW",
          parents={"dW": "dW dz"}),
    Entry("in place: two names of one array", on(two_names_one_array, **PLAIN), "a c h"),
    Entry("in place: a list of buffers", on(list_of_buffers, **PLAIN),
          "buffers[0] buffers[1][...]"),
]
