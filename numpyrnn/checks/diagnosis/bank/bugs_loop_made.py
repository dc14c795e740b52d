"""Bugs of the loop that are made on demand: truncations, and steps that it leaves out."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.bugs_loop import HANDED_BACK, WHOLE_CARRY, loop_bug
from numpyrnn.checks.diagnosis.bank.edits import VANISHING, Bug


def truncated(every: int, from_end: bool = True) -> Bug:
    """The carry cut every so many steps, counted from the last step or from step 0."""
    if from_end:
        key, counted, uncut = "", "", f"(t == len(dh) - 1 or (len(dh) - 1 - t) % {every} != 0)"
    else:
        key, counted = "_from_0", ", counted from step 0"
        uncut = f"(t == len(dh) - 1 or (t + 1) % {every} != 0)"
    return loop_bug(
        f"truncated_{every}{key}",
        f"the carry is cut every {every} steps{counted}: truncated backpropagation",
        ((WHOLE_CARRY,
          f"State(dstate[0] * {uncut} + dh[t], *(s * {uncut} for s in dstate[1:]))"),),
        "let the gradient flow through all steps: do not set the carry to zero inside the loop",
        VANISHING,
    )


def truncations(steps: int) -> tuple[Bug, ...]:
    """Every way to cut the carry that shows in a sequence of so many steps."""
    return tuple(
        truncated(every, from_end) for every in range(2, steps) for from_end in (True, False)
        if from_end or steps % every  # else both are cut at the same steps
    )


def made(steps: int, remembers: bool) -> tuple[Bug, ...]:
    """All of them for a sequence of so many steps, and a cell with or without a memory."""
    if steps < 3:  # there a pattern says it more simply
        return truncations(steps)
    return (*truncations(steps), *_unreached(steps), *_state_of_step_1(remembers),
            _averaged_at_each_step(remembers))


def _unreached(steps: int) -> tuple[Bug, ...]:
    """Every range of the loop that leaves out more than one step at an end of the sequence."""
    found = []
    for n in range(2, steps - 1):
        found += [
            loop_bug(
                f"last_{n}_steps_only", f"the loop takes the last {n} steps alone: it ends before "
                "it reaches the steps before them",
                (("range(len(dh))", f"range(max(0, len(dh) - {n}), len(dh))"),),
                "for t in reversed(range(T)): all steps belong to it"),
            loop_bug(
                f"last_{n}_steps_missing", f"the loop begins {n} steps before the end: it never "
                "reaches the last steps", (("range(len(dh))", f"range(max(1, len(dh) - {n}))"),),
                "for t in reversed(range(T)): it begins at T-1"),
        ]
    return tuple(found)


def _state_of_step_1(remembers: bool) -> tuple[Bug, ...]:
    """What step 1 hands back, returned for the gradient of the initial state."""
    ways = [("", "the initial state", "arrived")]
    if remembers:
        ways += [("_h", "h0", "State(arrived[0], dstate[1])"),
                 ("_c", "c0", "State(dstate[0], arrived[1])")]
    return tuple(
        loop_bug(f"initial_state_of_step_1{key}", f"what step 1 hands back is returned for the "
                 f"gradient of {what}: step 0 is left out",
                 ((HANDED_BACK, HANDED_BACK.replace("dstate", value)),
                  ("        dstate = State(", "        arrived = dstate\n        dstate = State(")),
                 "return what step 0 hands back: take it once the loop is done")
        for key, what, value in ways)


def _averaged_at_each_step(remembers: bool) -> Bug:
    """da divided by the batch size: what every step returns, and hands on, is."""
    c = ", dstate[1]" if remembers else ""
    return loop_bug(
        "over_batch_at_each_step", "da is divided by the batch size N at every step",
        (("# (2)", f"""# (2)
        dx[t], dstate = dx[t] / dh.shape[-1], State(dstate[0] / dh.shape[-1]{c})
        share = {{name: g / dh.shape[-1] for name, g in share.items()}}"""),),
        "leave the division by N out: the loss is a sum over the batch, and so is its gradient")
