"""What goes wrong in the loop over time: the same mistakes for every cell."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.edits import BPTT, VANISHING, Bug


def loop_bug(
    key: str, title: str, edits: tuple[tuple[str, str], ...], fix: str,
    lesson: str = BPTT, silent: bool = False,
) -> Bug:
    """A bug of the loop."""
    return Bug(key, title, edits, fix, "loop", lesson, silent)


_loop = loop_bug


def _overwritten(name: str, gradient: str) -> Bug:
    return _loop(
        f"overwritten_{name}", f"{gradient} is that of step 0 alone: not summed over time, or the "
        "sum is not what is returned",
        (("grads[name] + share", f'(name != "{name}") * grads[name] + share'),),
        f"start {gradient} at zero before the loop, add ({gradient} += the step's share), and "
        "return the sum",
    )


_CARRY = "dstate[0] + dh[t]"
WHOLE_CARRY = "State(dstate[0] + dh[t], *dstate[1:])"
HANDED_BACK = "np.stack(dx), dstate, grads"

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
    _loop("upstream_last_everywhere", "every step takes the upstream gradient of the last step",
          ((_CARRY, "dstate[0] + dh[-1]"),),
          "dh[t]: the loss's own gradient of h at this step"),
    _loop("upstream_reversed", "step t takes the upstream gradient of step T-1-t",
          ((_CARRY, "dstate[0] + dh[len(dh) - 1 - t]"),),
          "dh[t]: the arrays run forwards in time, the loop runs backwards"),
    _loop("carry_twice", "what step t+1 handed back is added twice",
          ((_CARRY, "2 * dstate[0] + dh[t]"),),
          "dh_t = dh[t] + what step t+1 handed back, once"),
    _loop("carry_added_up", "what the steps hand back is added up, not replaced at every step",
          (("        dstate = State(dstate[0] + dh",
            "        carry = dstate[0]\n        dstate = State(dstate[0] + dh"),
           ("# (2)", "# (2)\n        dstate = State(dstate[0] + carry, *dstate[1:])")),
          "dh_next = what this step hands back: = and not +="),
    _loop("upstream_handed_on", "dh[t] is handed on to step t-1 besides",
          (("# (2)", "# (2)\n        dstate = State(dstate[0] + dh[t], *dstate[1:])"),),
          "hand on what the step returns, and nothing besides: step t-1 has a dh[t-1] of its own"),
    _loop("carry_averaged", "the upstream gradient and the carry are averaged, not added",
          ((_CARRY, "(dstate[0] + dh[t]) / (1 + (t < len(dh) - 1))"),),
          "dh_t = dh[t] + what step t+1 handed back: a sum"),
    _loop("cache_of_first_step", "every step is taken back with the cache of step 0",
          (("caches[t]", "caches[0]"),),
          "caches[t]: each step has a cache of its own"),
    _loop("h_prev_off_by_one", "step t has h of step t-2 in its cache where h of step t-1 belongs",
          (("caches[t]", "caches[t]._replace(h_prev=caches[t - 1].h_prev)"),),
          "the h that went into step t: h[t-1], and h0 at step 0"),
    _loop("h_prev_is_h0", "every step has h0 in its cache where h of step t-1 belongs",
          (("caches[t]", "caches[t]._replace(h_prev=caches[0].h_prev)"),),
          "the h that went into step t: h[t-1], and h0 at step 0 only"),
    _loop("x_of_last_step", "every step has the last step's x in its cache",
          (("caches[t]", "caches[t]._replace(x=caches[-1].x)"),),
          "x[t] at step t"),
    _loop("x_of_first_step", "every step has the first step's x in its cache",
          (("caches[t]", "caches[t]._replace(x=caches[0].x)"),),
          "x[t] at step t"),
    _loop("cache_of_last_step", "every step is taken back with the cache of the last step",
          (("caches[t]", "caches[-1]"),),
          "caches[t]: each step has a cache of its own"),
    _loop("cache_off_by_one", "step t is taken back with the cache of step t-1",
          (("caches[t]", "caches[t - 1]"),),
          "caches[t], not caches[t - 1]; at t = 0 that is caches[-1], the last step"),
    _loop("x_of_step_before", "dW_xh uses x of step t-1, where x of step t belongs",
          (("caches[t]", "caches[t]._replace(x=caches[t - 1].x)"),),
          "dW_xh += da xᵀ with the x of this step: x[t], not x[t - 1]"),
    _loop("x_of_step_after", "dW_xh uses x of step t+1, where x of step t belongs",
          (("caches[t]", "caches[t]._replace(x=caches[(t + 1) % len(dh)].x)"),),
          "dW_xh += da xᵀ with the x of this step: x[t], not x[t + 1]"),
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
    _loop("dx_added_up", "dx of step t has those of the later steps added: dx += and not dx[t] =",
          ((HANDED_BACK, "np.cumsum(np.stack(dx)[::-1], axis=0)[::-1], dstate, grads"),),
          "dx[t] = what step t returns: every step has an x of its own"),
    _loop("dx_off_by_one", "dx of step t is written to step t-1",
          (("dx[t], dstate", "dx[t - 1], dstate"),),
          "dx[t] = what step t returns"),
    _loop("return_in_loop", "the return stands inside the loop: it ends after the last step",
          (("\n    return np.stack(dx)", "\n        break\n    return np.stack(dx)"),),
          "the return has the indentation of the for, so that all steps are taken first"),
    _loop("initial_state_late", "the gradient of step 0's state is returned for that before it",
          ((HANDED_BACK, "np.stack(dx), arrived, grads"),
           ("        dx[t], dstate", "        arrived = dstate\n        dx[t], dstate")),
          "return what step 0 hands back, not what came into it"),
    _loop("overwritten", "the returned dW are those of step 0 alone: not summed over time, or the "
          "sum is not what is returned",
          (("grads[name] + share[name]", "share[name]"),),
          "start the sums at zero before the loop, add each step's share (dW += share), and return "
          "the sums"),
    _overwritten("W_xh", "dW_xh"),
    _overwritten("W_hh", "dW_hh"),
    _overwritten("b_h", "db_h"),
    _loop("averaged", "the weight gradients are averaged over time, not summed",
          ((HANDED_BACK,
            "np.stack(dx), dstate, {name: g / len(dh) for name, g in grads.items()}"),),
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


_OWN = "(t == len(dh) - 1)"  # the loop's own start: there the carry is that of the caller

# With a memory c the loop has two things to hand on.
MEMORY_LOOP_BUGS = (
    _loop("nothing_carried",
          "the loop hands nothing on: every step starts with dh[t] and a dc of 0",
          ((WHOLE_CARRY, f"State(dh[t], *(s * {_OWN} for s in dstate[1:]))"),),
          "hand on what step t+1 returns: dh_t = dh[t] + its dh, dc_t = its dc", VANISHING),
    _loop("carries_swapped", "dh and dc are exchanged from step to step",
          ((WHOLE_CARRY, f"State(dstate[0 if {_OWN} else 1] + dh[t], "
                          f"dstate[1 if {_OWN} else 0])"),),
          "unpack what the step returns in its order: dx, dh, dc, …"),
    _loop("dc_takes_upstream", "dh[t] is added to dc as well",
          ((WHOLE_CARRY, "State(dstate[0] + dh[t], dstate[1] + dh[t])"),),
          "dh[t] is the gradient of h_t: it reaches c inside the step, through tanh(c)"),
    _loop("c_prev_off_by_one", "step t has c of step t-2 in its cache where c of step t-1 belongs",
          (("caches[t]", "caches[t]._replace(c_prev=caches[t - 1].c_prev)"),),
          "the c that went into step t: c[t-1], and c0 at step 0"),
    _loop("c_prev_is_c0", "every step has c0 in its cache where c of step t-1 belongs",
          (("caches[t]", "caches[t]._replace(c_prev=caches[0].c_prev)"),),
          "the c that went into step t: c[t-1], and c0 at step 0 only"),
    _loop("states_off_by_one", "step t has h and c of step t-2 in its cache where those of step "
          "t-1 belong",
          (("caches[t]", "caches[t]._replace(h_prev=caches[t - 1].h_prev, "
                         "c_prev=caches[t - 1].c_prev)"),),
          "the states that went into step t: those of step t-1, and h0, c0 at step 0"),
)
# The same numbers as bugs of the step: named where the step is known to be right.
TWINS = (
    _loop("no_carry_of_c",
          "no carry of dc in the loop: it hands dh on, but every step starts with a dc of 0",
          ((WHOLE_CARRY,
            f"State(dstate[0] + dh[t], *(s * {_OWN} for s in dstate[1:]))"),),
          "hand on the dc that step t+1 returns: it is the dc that step t starts with", VANISHING),
    _loop("dc_carry_added_up", "the dc that the steps hand back is added up, not replaced",
          (("        dstate = State(dstate[0] + dh",
            "        carry = dstate[1]\n        dstate = State(dstate[0] + dh"),
           ("# (2)", "# (2)\n        dstate = State(dstate[0], dstate[1] + carry)")),
          "dnext_c = what this step hands back: = and not +="),
)
