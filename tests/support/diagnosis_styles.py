"""Right backward passes in many styles: what `diagnose` must never call wrong.

They are written from the formulas, with rows as sequences, and share no line with the textbook.
A style is a choice of how to multiply, how to sum over time, how to cut the gates, how to write a
sigmoid and its slope, what to cache, what to return, and of the dtype.
"""

from types import SimpleNamespace

import numpy as np

KINDS = ("rnn", "lstm", "gru", "gru-reset-after")
GATES = {"rnn": "h", "lstm": "ifog", "gru": "rzn", "gru-reset-after": "rzn"}

PRODUCTS = {
    "matmul": lambda a, b: a @ b,
    "dot": np.dot,
    "einsum": lambda a, b: np.einsum("ik,kj->ij", a, b),
    "tensordot": lambda a, b: np.tensordot(a, b, axes=([1], [0])),
    "loops": lambda a, b: np.array(
        [[sum(a[i, k] * b[k, j] for k in range(a.shape[1])) for j in range(b.shape[1])]
         for i in range(a.shape[0])], dtype=np.result_type(a, b)),
    "outer products": lambda a, b: sum(
        a[:, k, None] * b[None, k] for k in range(a.shape[1])),
}
SIGMOIDS = {
    "exp": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": lambda a: (1 + np.tanh(a / 2)) / 2,
    "by sign": lambda a: np.where(a > 0, 1 / (1 + np.exp(-np.abs(a))),
                                  np.exp(-np.abs(a)) / (1 + np.exp(-np.abs(a)))),
}
SLOPES = {
    "product": (lambda s: s * (1 - s), lambda t: 1 - t * t),
    "difference": (lambda s: s - s**2, lambda t: (1 - t) * (1 + t)),
    "power": (lambda s: np.multiply(s, np.subtract(1, s)), lambda t: 1 - np.power(t, 2)),
}
SUMS = ("add", "list", "at the end", "add.at", "running buffer")
CACHES = {"tuple": tuple, "list": list}
ANSWERS = ("tuple", "list", "dict")
DTYPES = (np.float64, np.float64, np.float64, np.float32)


class Style:
    """One way to write it, drawn; `names` are the functions and declarations of a file."""

    def __init__(self, rng, kind=None):
        def pick(choices):
            return list(choices)[rng.integers(len(choices))]

        self.kind = kind or pick(KINDS)
        self.gates = "".join(rng.permutation(list(GATES[self.kind])))
        self.update = pick(("new", "keep")) if "gru" in self.kind else "new"
        self.form = pick(("sequence", "sequence", "step"))
        self.prefix = pick(("", {"gru-reset-after": "gru"}.get(self.kind, self.kind) + "_"))
        self.words = [pick(c) for c in (PRODUCTS, SIGMOIDS, SLOPES, SUMS, CACHES, ANSWERS)]
        product, sigmoid, slope, self.sum, cache, self.answer = self.words
        self.product, self.sigmoid = PRODUCTS[product], SIGMOIDS[sigmoid]
        (self.sigmoid_slope, self.tanh_slope), self.cache = SLOPES[slope], CACHES[cache]
        self.dtype = DTYPES[rng.integers(len(DTYPES))]
        self.memory = bool(rng.integers(2))  # whether lstm's forward takes c0
        self.fused = bool(rng.integers(2))

    def __repr__(self):
        return (f"{self.prefix}{self.kind} {self.form} {self.gates} {self.update} "
                f"{', '.join(self.words)}, {self.dtype.__name__}, c0 {self.memory}")

    @property
    def names(self):
        step, sequence = (self.step_forward, self.step_backward), (self.forward, self.backward)
        words = ("step_forward", "step_backward") if self.form == "step" else (
            "forward", "backward")
        functions = step if self.form == "step" else sequence
        if self.form == "sequence" and self.kind == "lstm" and not self.memory:
            functions = (lambda x, h0, Wx, Wh, b: self.forward(x, h0, None, Wx, Wh, b),
                         self.backward)
        elif self.kind != "lstm":
            ahead = functions[0]
            functions = (lambda x, h, *params: ahead(x, h, None, *params), functions[1])
        declared = dict(CELL=self.kind, LAYOUT="row", GATES=self.gates)
        if "gru" in self.kind:
            declared["UPDATE"] = self.update
        return {self.prefix + w: f for w, f in zip(words, functions, strict=True)} | declared

    # One step ----------------------------------------------------------------------------------

    def cut(self, a):
        """The blocks of the last axis by gate."""
        return dict(zip(self.gates, np.split(a, len(self.gates), axis=-1), strict=True))

    def joined(self, blocks):
        return np.concatenate([blocks[gate] for gate in self.gates], axis=-1)

    def ahead(self, x, h, c, Wx, Wh, b, bhn=None):
        """The new h and c, and everything that was computed."""
        x, h, Wx, Wh, b = (np.asarray(v, self.dtype) for v in (x, h, Wx, Wh, b))
        m, v = self.product, SimpleNamespace(x=x, h=h, c=c, Wx=Wx, Wh=Wh)
        if "gru" not in self.kind:
            if self.fused:
                a = m(np.hstack([x, h]), np.vstack([Wx, Wh])) + b
            else:
                a = m(x, Wx) + m(h, Wh) + b
            v.a = self.cut(a)
        if self.kind == "rnn":
            v.new = np.tanh(v.a["h"])
            return v.new, None, v
        if self.kind == "lstm":
            c = v.c = np.zeros_like(h) if c is None else np.asarray(c, self.dtype)
            v.i, v.f, v.o = (self.sigmoid(v.a[gate]) for gate in "ifo")
            v.g = np.tanh(v.a["g"])
            v.memory = v.f * c + v.i * v.g
            v.new = v.o * np.tanh(v.memory)
            return v.new, v.memory, v
        from_x, v.W = self.cut(m(x, Wx) + b), self.cut(Wh)
        v.r, v.z = (self.sigmoid(from_x[gate] + m(h, v.W[gate])) for gate in "rz")
        if self.kind == "gru":
            v.n = np.tanh(from_x["n"] + m(v.r * h, v.W["n"]))
        else:
            v.s = m(h, v.W["n"]) + np.asarray(bhn, self.dtype)
            v.n = np.tanh(from_x["n"] + v.r * v.s)
        v.new = v.n + v.z * (h - v.n) if self.update == "keep" else h + v.z * (v.n - h)
        return v.new, None, v

    def back(self, dh, dc, v):
        """da, the gradient of h' and of c', and the hidden side's factors (left, da) by gate."""
        dh, m = np.asarray(dh, self.dtype), self.product
        if self.kind == "rnn":
            da = {"h": dh * self.tanh_slope(v.new)}
            return da, m(da["h"], v.Wh.T), None, {"h": (v.h, da["h"])}, None
        if self.kind == "lstm":
            t = np.tanh(v.memory)
            dc = (0 if dc is None else np.asarray(dc, self.dtype)) + dh * v.o * self.tanh_slope(t)
            da = {"o": dh * t * self.sigmoid_slope(v.o), "i": dc * v.g * self.sigmoid_slope(v.i),
                  "f": dc * v.c * self.sigmoid_slope(v.f), "g": dc * v.i * self.tanh_slope(v.g)}
            sides = {gate: (v.h, da[gate]) for gate in da}
            return da, m(self.joined(da), v.Wh.T), v.f * dc, sides, None
        new = v.z if self.update == "new" else 1 - v.z
        sign = 1 if self.update == "new" else -1
        da = {"n": dh * new * self.tanh_slope(v.n),
              "z": sign * dh * (v.n - v.h) * self.sigmoid_slope(v.z)}
        before = dh - dh * new
        if self.kind == "gru":
            d_rh = m(da["n"], v.W["n"].T)
            da["r"] = d_rh * v.h * self.sigmoid_slope(v.r)
            before, side, d_bhn = before + d_rh * v.r, (v.r * v.h, da["n"]), None
        else:
            ds = da["n"] * v.r
            da["r"] = da["n"] * v.s * self.sigmoid_slope(v.r)
            before, side, d_bhn = before + m(ds, v.W["n"].T), (v.h, ds), np.add.reduce(ds)
        for gate in "rz":
            before = before + m(da[gate], v.W[gate].T)
        return da, before, None, {"r": (v.h, da["r"]), "z": (v.h, da["z"]), "n": side}, d_bhn

    def shares(self, v, da, sides, d_bhn):
        """The step's dWx, dWh, db and, for reset after, dbhn."""
        m, joined = self.product, self.joined(da)
        dWh = self.joined({gate: m(left.T, right) for gate, (left, right) in sides.items()})
        results = [m(v.x.T, joined), dWh, joined.sum(axis=0)]
        return results if d_bhn is None else [*results, d_bhn]

    def step_forward(self, x, h, c, *params):
        new, memory, v = self.ahead(x, h, c, *params)
        return (new, v) if memory is None else (new, memory, v)

    def step_backward(self, dh, *rest):
        *dc, v = rest
        da, before, dc_before, sides, d_bhn = self.back(dh, dc[0] if dc else None, v)
        state = [before] if dc_before is None else [before, dc_before]
        names = ["dprev_h", "dprev_c"][: len(state)]
        return self.answered(
            [self.product(self.joined(da), v.Wx.T), *state, *self.shares(v, da, sides, d_bhn)],
            ["dx", *names])

    # The sequence ------------------------------------------------------------------------------

    def forward(self, x, h, c, *params):
        h_all, caches = np.empty((*x.shape[:2], h.shape[1]), self.dtype), []
        for t in range(x.shape[1]):
            h, c, v = self.ahead(x[:, t], h, c, *params)
            h_all[:, t] = h
            caches.append(v)
        return h_all, self.cache(caches)

    def backward(self, dh, caches):
        T = len(caches)
        carry, dc = np.zeros_like(dh[:, 0]), None
        dx, shares, sums = [None] * T, [], None
        for t in range(T - 1, -1, -1):
            da, carry, dc, sides, d_bhn = self.back(dh[:, t] + carry, dc, caches[t])
            dx[t] = self.product(self.joined(da), caches[t].Wx.T)
            share = self.shares(caches[t], da, sides, d_bhn)
            if self.sum in ("add", "running buffer"):
                if sums is None:
                    sums = [np.zeros_like(s) for s in share]
                for total, s in zip(sums, share, strict=True):
                    total += s
            shares.append(share)
        if sums is None:
            sums = [self.total([share[k] for share in shares]) for k in range(len(shares[0]))]
        state = [carry] if self.kind != "lstm" or not self.memory else [carry, dc]
        return self.answered([np.stack(dx, axis=1), *state, *sums], ["dx", "dh0", "dc0"][
            : 1 + len(state)])

    def total(self, parts):
        if self.sum == "list":
            return sum(parts)
        if self.sum == "at the end":
            return np.einsum("t...->...", np.stack(parts))
        total = np.zeros((1, *parts[0].shape), self.dtype)
        np.add.at(total, np.zeros(len(parts), int), np.stack(parts))
        return total[0]

    def answered(self, values, names):
        names = [*names, "dWx", "dWh", "db", "dbhn"][: len(values)]
        if self.answer == "dict":
            return dict(zip(names, values, strict=True))
        return values if self.answer == "list" else tuple(values)


def drawn_sizes(rng):
    """T, B, D, H, with D ≠ H."""
    T, B, D, H = (int(rng.integers(*pair)) for pair in ((3, 7), (2, 6), (1, 5), (2, 6)))
    return T, B, D, H + (D == H)
