// The weight gradients, summed over the steps that the backward pass has done so far.

const NOTHING = {
  forward: "Nothing yet. Every step of the backward pass adds its share, the last step first.",
  backward: "Nothing yet. The first share comes at the end of this step.",
};

class Sums {
  constructor(trace, theirs) {
    this.trace = trace;
    this.theirs = theirs;
    this.body = document.getElementById("sum-body");
    this.gate = 0;
    this.last = null;
    this.shown = [];                                     // the gate and the stops that are drawn
  }

  update(event, position, stops) {
    this.last = [event, position, stops];
    const passed = new Map();                            // name -> stops with a total, so far
    for (const stop of stops.slice(0, position + 1)) {
      const { name, summed } = stop.event;
      if (!summed) continue;
      if (!passed.has(name)) passed.set(name, []);
      passed.get(name).push(stop);
    }
    const shown = [this.gate, ...[...passed.values()].map((stops) => stops.at(-1))];
    const was = this.shown;
    this.shown = shown;
    const same = shown.length === was.length && shown.every((part, k) => part === was[k]);
    if (same && passed.size) return;
    if (!passed.size) {
      this.body.replaceChildren(element("p", { class: "note" }, NOTHING[event.phase]));
      return;
    }
    const gradients = Object.keys(this.trace.constants).map((name) => `d${name}`);
    const names = [...new Set([...gradients, ...passed.keys()])].filter((name) => passed.has(name));
    this.body.replaceChildren(
      ...[this.steps(passed), this.gates(names)].filter(Boolean),
      ...names.map((name) => this.table(name, passed.get(name).at(-1))));
  }

  // A square for each time step: filled once its share is in, the last step first.
  steps(passed) {
    const { totals, times } = this.trace;
    const reached = (name) => {
      const t = passed.get(name)?.at(-1).event.t;
      return times.includes(t) ? times.indexOf(t) : times.length;
    };
    const added = new Set(times.slice(Math.max(...[...totals.keys()].map(reached))));
    const count = added.size;
    const square = (t) => element("span", { class: added.has(t) ? "in" : null }, String(t));
    const words = count < times.length ? `${count} of ${times.length} steps are in.`
      : element("b", {}, "The total: all steps are in.");
    return element("div", { class: "added" },
      element("div", { class: "squares", "aria-hidden": "true" },
        [...times].sort((a, b) => a - b).map(square)),
      element("p", { class: "note" }, words));
  }

  gates(names) {
    const { gates } = this.trace;
    if (gates.length < 2 || !names.length) return null;
    return element("div", { class: "gates", role: "group", "aria-label": "Gate block shown" },
      [...gates].map((gate, g) => element("button", {
        type: "button", "data-gate": g, "aria-pressed": String(g === this.gate),
        onclick: () => {
          this.gate = g;
          this.update(...this.last);
          this.body.querySelector(`[data-gate="${g}"]`).focus();
        },
      }, gate)));
  }

  table(name, stop) {
    const { event, ours, theirs } = stop;
    const both = ours?.summed && theirs?.summed && sameShape(ours, theirs);
    const outlined = both ? differences(ours.total, theirs.total, ours.trace) : null;
    const scale = event.trace.totalScales.get(name);
    const byGate = event.axes.length === 3 && event.axes[0] === "gate"
      && event.shape[0] === this.trace.gates.length;
    const sides = sidesOf(stop).filter(([, { summed }]) => summed);
    const tables = sides.map(([side, own]) => matrix(own, {
      role: "sum", variable: name, value: own.total, scale, outlined, side, decimals: 3,
      blocks: byGate ? [this.gate] : undefined, alone: true,
      note: this.theirs ? side : `after ${timeWords(event)}`,
    }));
    return element("div", { class: "pair" }, tables);
  }
}
