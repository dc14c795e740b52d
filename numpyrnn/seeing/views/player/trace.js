// A trace: the events of one forward and backward pass, each with its parents, the quantities that
// it was computed from.

const LOOP_LINES = new Set(["", "dh = dh_next + dh_above"]);

class Trace {
  constructor(file) {
    Object.assign(this, {
      title: file.title, cell: file.cell, dtype: file.dtype, sizes: file.sizes, gates: file.gates,
      tokens: file.tokens, times: file.times, equations: file.equations, templates: file.templates,
    });
    this.constants = Object.fromEntries(
      Object.entries(file.constants).map(([name, array]) => [name, revive(array)]));
    this.events = file.events.map((event, index) => {
      const template = file.templates[event.template];
      const { name, phase } = template;
      return {
        index, t: event.t, template, name, phase,
        value: revive(event.value), total: event.total && revive(event.total), env: event.env ?? {},
        trace: this, isInput: template.symbols === "given",
      };
    });
    this.nameOccurrences();
    this.scales = new Map();
    for (const { name, value } of this.events) this.widen(name, value);
    for (const [name, value] of Object.entries(this.constants)) this.widen(name, value);
    this.totals = this.gatherTotals();
  }

  // A name may be assigned more than once in a step: the last assignment is number 0. Assignments
  // of the loop over time and of the cell are counted separately.
  nameOccurrences() {
    const counts = new Map();
    for (const event of [...this.events].reverse()) {
      const whose = LOOP_LINES.has(event.template.line) ? "loop" : "cell";
      event.same = `${event.t} ${event.phase} ${whose} ${event.name}`;
      event.occurrence = counts.get(event.same) ?? 0;
      counts.set(event.same, event.occurrence + 1);
      event.key = `${event.same} ${event.occurrence}`;
    }
  }

  // One colour scale for a name over all steps, so that a vanishing gradient looks like one.
  widen(name, value) {
    this.scales.set(name, Math.max(this.scales.get(name) ?? 0, largest(value)));
  }

  gatherTotals() {
    const totals = new Map();
    for (const event of this.events) {
      if (!event.total) continue;
      if (!totals.has(event.name)) totals.set(event.name, []);
      totals.get(event.name).push(event);
    }
    return totals;
  }

  // The quantity behind a variable of a line: { name, value, event } (no event: a parameter).
  parent(event, variable) {
    const where = event.env[variable];
    if (typeof where === "number") {
      const source = this.events[where];
      return { variable, name: source.name, value: source.value, event: source };
    }
    return { variable, name: where, value: this.constants[where], event: null };
  }

  // In the order in which the formula has them.
  parents(event) {
    const { tree } = event.template;
    const order = tree ? [...variablesOf(tree), ...Object.keys(event.env)] : Object.keys(event.env);
    return [...new Set(order)].filter((v) => v in event.env).map((v) => this.parent(event, v));
  }

  // The formula of one element, or null where the line has none.
  formula(event, index) {
    const { tree } = event.template;
    if (!tree) return null;
    const values = new Map();
    const look = (variable) => {
      if (!values.has(variable)) values.set(variable, this.parent(event, variable).value);
      return values.get(variable);
    };
    try {
      return expand(tree, look, index);
    } catch {
      return null;
    }
  }

  // variable -> positions of the elements that a value (one element, or all) is computed from.
  touched(event, index = null) {
    const positions = new Map();
    for (const i of index ? [index] : indices(event.value.shape)) {
      const expression = this.formula(event, i);
      if (!expression) return null;
      for (const element of elementsOf(expression)) {
        const { shape } = this.parent(event, element.variable).value;
        if (!positions.has(element.variable)) positions.set(element.variable, new Set());
        positions.get(element.variable).add(place(shape, element.index));
      }
    }
    return positions;
  }
}
