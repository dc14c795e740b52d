"""Every line of a recurrent layer's pass, forward and back, with every number it worked with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.seeing.tracing.inputs import check_layer, sizes_of, token_texts, upstream
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.tracing.run import Tracer
from numpyrnn.seeing.views import document, notebook, page, paper, text
from numpyrnn.seeing.views.notebook import NotebookEvent
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
    rng: RandomSource = None,
    tokens: Sequence[str] | None = None,
) -> Trace:
    """Run a layer forward and back on its textbook cell, and keep an event for every name.

    layer is an RNN, LSTM or GRU; x (B, T, D); dh, the gradient of h, has the shape of h: (B, T, H),
    or (B, H) with return_sequences=False. Without dh the loss is the sum of the last h: dh is 1 at
    the last step and 0 before it, so that all that reaches an earlier step has come back through
    time; with rng= dh is drawn at random for every step. state and dstate are as in `forward` and
    `backward`. tokens, T texts, name the steps where a trace is shown.

    cell is an object with `step` and `step_back` in the form of the textbook, in the place of the
    layer's own: a student's version, a planted mistake. It is read from its source, so any lines
    will do; what is not understood as a formula still has its value, its line and its parents.

    Values are those of `engine="cell"` to the last bit. The layer itself is left as it was.
    Raises TypeError for a layer of another kind and for a cell without source, and whatever
    `forward` and `backward` raise.
    """
    check_layer(layer)
    twin = layer.copy()
    batch, steps, times = sizes_of(twin, x)
    dh = upstream(twin, dh, batch, steps, rng)
    tokens = token_texts(tokens, steps)
    final = twin._check_state("dstate", dstate, batch)
    above = {t: dh[:, t].T if dh.ndim == 3 else np.zeros_like(dh.T) for t in times}
    last = final if dh.ndim == 3 else final._replace(h=final.h + dh)
    tracer = Tracer(layer.cell if cell is None else cell, layer.gates, times,
                    above, tuple(part.T for part in last), NotebookEvent)

    twin.run_on(tracer)         # with the layer's own checks and packing
    h, after = twin.forward(x, state)
    dx, before = twin.backward(dh, dstate)
    tracer.finish()
    return Trace(layer, cell, tracer, h=h, state=after, dx=dx, dstate=before,
                 grads=dict(twin.grads), times=times, batch=batch, tokens=tokens)


class Trace(Record):
    """The events of one pass, forward then back, and a place among them; with every view of them.

    A sequence: `len(trace)`, `trace[12]`, `trace[3:9]`, `for event in trace`. `step()`, `back()`,
    `goto(t, "dc")` and `find("dc")` move about; `current` is the event at `position`.

    h, state            what `forward` returned; state is the final one
    dx, dstate, grads   what `backward` returned; dstate is the initial state's gradient
    times               the time steps in the order in which the layer read them
    constants           the parameters, in the cell's shapes
    equations           the numbered ones of the cell's docstring
    sizes               T, B, D, H and G (gates)
    """

    def to_text(self) -> str:
        """The whole trace as plain text, at most 80 columns wide."""
        return text.transcript(self)

    def to_json(self, *, units: Choice = None, steps: Choice = None) -> dict[str, Any]:
        """The trace as plain dicts, lists, texts and numbers, for `json.dump`, every value exact.

        Arrays are texts of their bytes: `numpyrnn.seeing.views.stored.decode` reads them. units
        and steps are as in `to_html`.
        """
        return document.document(self, units, steps)

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
        other = None if compare is None else compare.to_json(units=units, steps=steps)
        return page.write(self.to_json(units=units, steps=steps), path, compare=other)

    def to_paper(self, path: str | os.PathLike[str]) -> Path:
        """Write one page made for printing: every step, its formulas and its numbers as tables."""
        return paper.write(self, path)

    def _repr_html_(self) -> str:
        return notebook.page(self)
