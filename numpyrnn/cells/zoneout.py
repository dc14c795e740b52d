"""Zoneout: a cell in which some units keep their old state through a step."""

from __future__ import annotations

from numpyrnn.cells.recurrent_dropout import Cache


class ZoneoutCell:
    """A cell around any cell; s runs over the parts of its state, h or h and c.

        new = cell(x, s')                        (1)  the state that the cell inside proposes
        s = m s' + (1 - m) new                   (2)  where m is 1, the old one stays

    m (H, B) is 0 or 1, drawn for each step and part; at inference it is the rate itself, the
    expectation. h is proposed from the proposed c, not the mixed one. Source: Krueger et al. 2017.
    """

    def __init__(self, cell):
        self.cell, self.gates = cell, cell.gates

    def step(self, x, state, *, masks, **params):
        """One step forward; `masks` has an m for each part of the state, then the inner cell's."""
        m, inner = masks[:len(state)], masks[len(state):]
        noise = {"masks": inner} if inner else {}
        new, inside = self.cell.step(x, state, **noise, **params)       # (1)
        parts = zip(m, state, new, strict=True)
        mixed = (keep * s + (1 - keep) * proposed for keep, s, proposed in parts)   # (2)
        return type(state)(*mixed), Cache(x, m, inside)

    def step_back(self, dstate, cache, **params):
        """One step back: ∂L/∂s' through the cell inside and past it."""
        pairs = list(zip(dstate, cache.m, strict=True))
        dnew = type(dstate)(*(ds * (1 - m) for ds, m in pairs))         # (2)
        dx, through, grads = self.cell.step_back(dnew, cache.inside, **params)  # (1)
        before = (d + ds * m for d, (ds, m) in zip(through, pairs, strict=True))
        return dx, type(dstate)(*before), grads
