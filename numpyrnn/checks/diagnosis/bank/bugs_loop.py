"""What goes wrong in the loop over time: the same mistakes for every cell."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.edits import BPTT, VANISHING, Bug


def _loop(
    key: str, title: str, edits: tuple[tuple[str, str], ...], fix: str,
    lesson: str = BPTT, silent: bool = False,
) -> Bug:
    return Bug(key, title, edits, fix, "loop", lesson, silent)


def _overwritten(name: str, gradient: str) -> Bug:
    return _loop(
        f"overwritten_{name}", f"{gradient} is overwritten at every step, not summed over time",
        (("grads[name] + share", f'(name != "{name}") * grads[name] + share'),),
        f"start {gradient} at zero before the loop and add: {gradient} += the step's share",
    )


_CARRY = "dstate[0] + dh[t]"
_RETURN = "np.stack(dx), dstate, grads"

LOOP_BUGS = (
    _loop("no_carry", "no carry: the gradient that step t+1 hands back is not added",
          ((_CARRY, "dh[t]"),),
          "dh_t = dh[t] + what step t+1 handed back", VANISHING),
    _loop("upstream_last_only", "only the last step's upstream gradient is used",
          ((_CARRY, "dstate[0] + dh[t] * (t == len(dh) - 1)"),),
          "add dh[t] at every step: every h_t is an output"),
    _loop("upstream_ignored", "the upstream gradient is ignored: ones stand in its place",
          ((_CARRY, "dstate[0] + np.ones_like(dh[t])"),),
          "start from the dh that comes in, not from ones"),
    _loop("upstream_off_by_one", "step t takes the upstream gradient of step t-1",
          ((_CARRY, "dstate[0] + dh[t - 1]"),),
          "dh[t], not dh[t - 1]; at t = 0 that is dh[-1], the last step"),
    _loop("upstream_twice", "the upstream gradient is added twice",
          ((_CARRY, "dstate[0] + 2 * dh[t]"),),
          "add dh[t] once, either before the step back or inside it"),
    _loop("cache_off_by_one", "step t is taken back with the cache of step t-1",
          (("caches[t]", "caches[t - 1]"),),
          "caches[t], not caches[t - 1]; at t = 0 that is caches[-1], the last step"),
    _loop("first_step_missing", "the loop ends before step 0",
          (("range(len(dh))", "range(1, len(dh))"),),
          "for t in reversed(range(T)): step 0 belongs to it"),
    _loop("last_step_missing", "the loop begins at step T-2, not at the last step",
          (("range(len(dh))", "range(len(dh) - 1)"),),
          "for t in reversed(range(T)): it begins at T-1"),
    _loop("loop_forwards", "the loop runs forwards in time",
          (("reversed(range(len(dh)))", "range(len(dh))"),),
          "for t in reversed(range(T)): gradients flow from the last step to the first"),
    _loop("dx_reversed", "dx comes out in the order of the backward pass, last step first",
          (("dx[t], dstate", "dx[len(dh) - 1 - t], dstate"),),
          "write dx[t], or turn the list round once the loop is done"),
    _loop("initial_state_late", "the gradient of step 0's state is returned for that before it",
          ((_RETURN, "np.stack(dx), arrived, grads"),
           ("        dx[t], dstate", "        arrived = dstate\n        dx[t], dstate")),
          "return what step 0 hands back, not what came into it"),
    _loop("overwritten", "every weight gradient is overwritten at every step, not summed",
          (("grads[name] + share[name]", "share[name]"),),
          "start the sums at zero before the loop and add each step's share: dW += share"),
    _overwritten("W_xh", "dW_xh"),
    _overwritten("W_hh", "dW_hh"),
    _overwritten("b_h", "db_h"),
    _loop("averaged", "the weight gradients are averaged over time, not summed",
          ((_RETURN, "np.stack(dx), dstate, {name: g / len(dh) for name, g in grads.items()}"),),
          "leave the division out: the loss is a sum, and so is its gradient"),
    _loop("dh_mutated", "the upstream gradient dh is changed in place",
          (("        dstate = State(dstate[0] + dh[t],",
            "        dh[t] += dstate[0]\n        dstate = State(dh[t],"),),
          "dh_t = dh[t] + carry makes a new array; dh[t] += carry writes into the caller's",
          silent=True),
    _loop("kept_between_calls", "the sums are kept between calls: each call adds to the last one's",
          (("caches, **params", "caches, *, grads={}, **params"),
           ("    grads = {name: 0 * p for name, p in params.items()}\n",
            "    for name, p in params.items():\n        grads.setdefault(name, 0 * p)\n"),
           (" = {name: grads[name]", ".update({name: grads[name]"), ("in grads}", "in grads})")),
          "make the zeros inside backward, anew at every call; a default argument is made once",
          silent=True),
)
