"""Every line of a recurrent layer's pass, forward and back, with every number it worked with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.seeing.tracing.free import dtype_of, name_of, source_of, watched
from numpyrnn.seeing.tracing.inputs import (
    check_layer,
    check_ragged,
    sizes_of,
    token_texts,
    upstream,
)
from numpyrnn.seeing.tracing.lines import equations
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.tracing.run import Columns, Tracer
from numpyrnn.seeing.views import document, notebook, page, paper, text
from numpyrnn.seeing.views.notebook import FreeEvent, NotebookEvent
from numpyrnn.seeing.views.part import Choice
from numpyrnn.validation import RandomSource, brief


def trace(
    layer: Layer,
    x: Any,
    dh: Any = None,
    *,
    state: Any = None,
    dstate: Any = None,
    cell: Any = None,
    lengths: Any = None,
    rng: RandomSource = None,
    tokens: Sequence[str] | None = None,
    source: str | None = None,
) -> Trace:
    """Run a layer forward and back on its textbook cell, and keep an event for every name.

    layer is an RNN, LSTM or GRU; x (B, T, D); dh, the gradient of h, has the shape of h: (B, T, H),
    or (B, H) with return_sequences=False. Without dh the loss is the sum of the last h: dh is 1 at
    the last step and 0 before it, so that all that reaches an earlier step has come back through
    time; with rng= dh is drawn at random for every step. state and dstate are as in `forward` and
    `backward`. tokens, T texts, name the steps where a trace is shown.

    cell is an object with `step` and `step_back` in the form of the textbook, or a pair of such
    functions, in the place of the layer's own: a student's version, a planted mistake. It runs as
    it is, and is watched line by line; its source only explains what happened. What is not
    understood as a formula still has its value, its line and its parents. Without `step_back` the
    trace is the forward pass alone. lengths (B,) are those of `forward`: columns are the sequences
    that are not over yet, the longest first.

    source is the text of a cell that `exec` has made: its lines, equations and formulas are read
    there. Code of a file, of a notebook or of the prompt is found without it.

    Values are those of `engine="cell"` to the last bit. The layer itself is left as it was.
    Raises TypeError for a layer of another kind, and whatever `forward` and `backward` raise.
    """
    check_layer(layer)
    twin = layer.copy()
    batch, steps, times = sizes_of(twin, x)
    lengths = check_ragged(twin, lengths, batch, steps)
    dh = upstream(twin, dh, batch, steps, rng)
    tokens = token_texts(tokens, steps)
    final = twin._check_state("dstate", dstate, batch)
    last = final if dh.ndim == 3 else final._replace(h=final.h + dh)
    order = slice(None) if lengths is None else np.argsort(-lengths, kind="stable")
    one = layer.gates if len(layer.gates) == 1 else ""          # several may be in any order
    gates = layer.gates if cell is None else getattr(cell, "gates", one)
    tracer = Tracer(layer.cell if cell is None else cell, gates, times,
                    tuple(part[order].T for part in last), NotebookEvent)

    twin.run_on(Columns(tracer))         # with the layer's own checks and packing
    dx = before = None
    grads: dict[str, np.ndarray] = {}
    with source_of(tracer.forward, source):
        h, after = twin.forward(x, state, lengths=lengths)
        if tracer.back is not None:
            dx, before = twin.backward(dh, dstate)
            tracer.finish()
            grads = {**twin.grads, **tracer.own_grads}
    own = layer.cell if cell is None else cell
    sizes: dict[str, Any] = {"T": len(times), "B": batch, "D": layer.input_size,
                             "H": layer.hidden_size, "G": len(layer.gates)}
    return Trace(
        tracer.recorder, times, cell_name=name_of(own), layer_name=type(layer).__name__,
        equations=equations(own) or equations(layer.cell), reverse=layer.reverse, tokens=tokens,
        dtype=layer.dtype, h=h, state=after, dx=dx, dstate=before, grads=grads,
        sizes=sizes,
    )


def trace_step(f: Any, *args: Any, **kwargs: Any) -> Trace:
    """Run any function as it is, and keep an event for every quantity that its lines compute.

    f is a function of one step or of a whole sequence, in any layout: states and parameters of its
    own, rows or columns, plain tuples, dicts, objects; a method, or an object with `step`. It runs
    once, untouched, on these arguments; an error of its own is raised as it would be without a
    trace. In a function with a loop over time, `event.t` is the step that the loop is at. With a
    pair (step, step_back), or an object that has both, the backward pass follows: `step` returns
    its results and, last, its cache; `step_back` is called with ones in the shape of each result
    and the cache, and with those keyword arguments that it takes.

    For a function that `exec` has made, source=, the text of it, shows its lines and formulas, if
    f has no argument of that name itself. Code of a file, of a notebook or of the prompt is found
    without it.

    `trace.result` is what f returned, `trace.backward_result` what step_back did. Arrays that were
    there before and never change are `constants`; arguments are the first events.

    Raises TypeError for what is no function.
    """
    observer, results = watched(f, args, kwargs, FreeEvent)
    recorder = observer.recorder
    times = list(dict.fromkeys([*(e.t for e in recorder.events if e.t not in observer.loops.times),
                                *observer.loops.times])) or [0]
    trace = Trace(
        recorder, times, cell_name=name_of(f), layer_name=name_of(f), equations=equations(f),
        sizes={"T": max(times) + 1}, dtype=dtype_of(recorder.events),
    )
    trace.result, trace.backward_result = results
    return trace


class Trace(Record):
    """The events of one pass, forward then back, and a place among them; with every view of them.

    A sequence: `len(trace)`, `trace[12]`, `trace[3:9]`, `for event in trace`. `step()`, `back()`,
    `goto(t, "dc")` and `find("dc")` move about; `current` is the event at `position`.

    h, state            what `forward` returned; state is the final one
    dx, dstate, grads   what `backward` returned; dstate is the initial state's gradient
    result              of `trace_step`: what the function returned
    times               the time steps in the order in which the layer read them
    constants           the parameters, in the cell's shapes
    equations           the numbered ones of the cell's docstring
    sizes               T, B, D, H and G (gates)
    """

    def to_text(self) -> str:
        """The whole trace as plain text, at most 80 columns wide."""
        return text.transcript(self)

    def to_json(
        self, *, units: Choice = None, steps: Choice = None, packed: bool = False
    ) -> dict[str, Any]:
        """The trace as plain dicts, lists, texts and numbers, for `json.dump`, every value exact.

        units and steps are as in `to_html`. packed: as a page has it, many times smaller. Each
        array is there once, as a text of its bytes, and of a large trace not those that their
        formula gives; `numpyrnn.seeing.views.stored.decode` reads both.
        """
        return document.document(self, units, steps, packed)

    def to_html(
        self,
        path: str | os.PathLike[str],
        compare: Trace | None = None,
        units: Choice = None,
        steps: Choice = None,
    ) -> Path:
        """Write one self-contained page in which to step through the trace.

        compare, another trace, is shown beside it, with the first difference marked. units and
        steps choose the hidden units and the time steps that the page shows: 5 for the first five,
        [0, 3, 5] for these, (10, 20) for 10 to 20, both of them too. Only the chosen steps are in
        the file, with the arrays of other steps that they read. units are chosen for the eye: a
        number of one unit is computed from all units of the step before, so that all are in the
        file. Warns where the file has more than 10 MB. Raises ValueError for units and steps that
        the trace does not have.
        """
        if compare is not None and not isinstance(compare, Trace):
            raise TypeError(f"compare: expected what trace(...) returned, got {brief(compare)}")
        ours = self.to_json(units=units, steps=steps, packed=True)
        other = compare if compare is None else compare.to_json(
            units=units, steps=steps, packed=True)
        return page.write(ours, path, compare=other)

    def to_paper(self, path: str | os.PathLike[str]) -> Path:
        """Write one page made for printing: every step, its formulas and its numbers as tables."""
        return paper.write(self, path)

    def _repr_html_(self) -> str:
        return notebook.page(self)
