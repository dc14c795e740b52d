"""Faults of the loop forward: the same for every cell."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.forward.variant import Edits, Variant

_X = "for x_t in x:"
_STEP = "state, cache = cell.step(x_t, state,"
_CARRY = "State(dstate[0] + dh[t], *dstate[1:])"
_RETURN = "return np.stack(dx), dstate, grads"
_LAST = "(t == len(dh) - 1)"  # what the last step starts with is the gradient of the final state


def _loop(key: str, title: str, forward: Edits, backward: Edits, fix: str) -> Variant:
    return Variant(key, title, forward, backward, fix=fix, place="loop")


def _starts_add_up(carry: str, returned: str) -> Edits:
    """Where every step starts from the same state, the gradients of that state add up."""
    return (
        ("    for t in reversed", "    start = [0 * s for s in dstate]\n    for t in reversed"),
        (_CARRY, f"State({carry})"),
        ("# (2)", "# (2)\n        start = [a + b for a, b in zip(start, dstate)]"),
        (_RETURN, f"return np.stack(dx), State({returned}), grads"),
    )


LOOPS = (
    _loop("state_not_handed_on", "every step starts from h0: the state is not handed on",
          ((_STEP, "new, cache = cell.step(x_t, state,"), ("append(state.h)", "append(new.h)")),
          _starts_add_up(f"{_LAST} * dstate[0] + dh[t], *({_LAST} * s for s in dstate[1:])",
                         "*start"),
          "the state after step t is the state before step t+1"),
    _loop("starts_from_zero_always", "every step starts from zeros: the state is not handed on",
          ((_STEP, "state, cache = cell.step(x_t, type(state)(*(0 * s for s in state)),"),),
          ((_CARRY, f"State({_LAST} * dstate[0] + dh[t], *({_LAST} * s for s in dstate[1:]))"),
           (_RETURN, "return np.stack(dx), State(*(0 * s for s in dstate)), grads")),
          "set the state to h0 once, before the loop, and hand it on inside it"),
    _loop("x_of_step_before", "step t takes x of step t-1",
          ((_X, "for x_t in np.roll(x, 1, axis=0):"),),
          (("return np.stack(dx),", "return np.roll(np.stack(dx), -1, axis=0),"),),
          "x[t] at step t"),
    _loop("x_of_first_step", "every step takes x of step 0",
          ((_X, "for x_t in x[:1].repeat(len(x), axis=0):"),),
          (("return np.stack(dx),", "dx = np.stack(dx)\n    dx = np.concatenate("
            "[dx.sum(axis=0)[None], 0 * dx[1:]])\n    return dx,"),),
          "x[t] at step t"),
    _loop("x_reversed", "the sequence is read from its end to its beginning",
          ((_X, "for x_t in x[::-1]:"),),
          (("return np.stack(dx),", "return np.stack(dx)[::-1],"),),
          "for t in range(T): from the first step to the last"),
    _loop("h_before_the_step", "h[t] is the state before step t, not after it",
          (("        state, cache", "        h.append(state.h)\n        state, cache"),
           ("        h.append(state.h)\n        caches", "        caches")),
          (("        dstate = State(dstate[0] + dh[t], *dstate[1:]) ", "        pass "),
           ("# (2)", "# (2)\n        dstate = State(dstate[0] + dh[t], *dstate[1:])")),
          "store h after the step: h[t] is what step t made"),
    _loop("last_state_everywhere", "h has the last state at every step",
          (("np.stack(h)", "np.stack(h[-1:] * len(h))"),),
          (("    dx = [",
            "    dh = np.concatenate([0 * dh[1:], dh.sum(axis=0)[None]])\n    dx = ["),),
          "store a new array at every step, not the same one again"),
    _loop("h_reversed", "h comes out last step first",
          (("np.stack(h)", "np.stack(h[::-1])"),),
          (("    dx = [", "    dh = dh[::-1]\n    dx = ["),),
          "h[t] is what step t made"),
)

# With a memory c: h is lost, or both go astray. Where c is lost, see memory_kept of the LSTM.
MEMORY_LOOPS = (
    _loop("h_not_handed_on", "every step takes h0 for h_{t-1}: h is not handed on",
          ((_STEP, "new, cache = cell.step(x_t, state,"),
           ("h.append(state.h)", "state = State(state.h, new.c)\n        h.append(new.h)")),
          _starts_add_up(f"{_LAST} * dstate[0] + dh[t], dstate[1]", "start[0], dstate[1]"),
          "hand h and c on: both are the state before the next step"),
    _loop("states_exchanged", "h and c are exchanged from step to step",
          ((_STEP, "new, cache = cell.step(x_t, state,"),
           ("h.append(state.h)", "state = State(new.c, new.h)\n        h.append(new.h)")),
          (),
          "unpack what the step returns in its order: h, c, cache"),
)
