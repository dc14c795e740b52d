// A trace: the events of one pass, each with its parents, the quantities that it was computed
// from. Arrays are read, or computed where the file does not store them, when they are first seen.

const LOOP_LINES = new Set(["", "dh = dh_next + dh_above"]);

class Trace {
  constructor(file) {
    for (const name of ["title", "cell", "dtype", "sizes", "gates", "tokens", "times", "equations",
      "templates", "shown"]) this[name] = file[name];
    this.constants = file.constants;                    // name -> an array, or its place
    this.constantAxes = file.axes ?? {};
    this.stored = file.arrays ?? [];
    this.revived = new Map();
    for (const template of this.templates) template.tree = numbersOf(template.tree);
    this.events = file.events.map((entry, index) => new TraceEvent(this, entry, index));
    this.nameOccurrences();
    this.scales = new Map(Object.entries(file.scales.values));
    this.totalScales = new Map(Object.entries(file.scales.totals));
    this.totals = this.gatherTotals();
    // The steps of the page in the order in which they were read.
    this.steps = this.times.filter((t) => this.shown.steps?.includes(t) ?? true);
    this.goesBack = this.events.some(({ phase }) => phase === "backward");
  }

  // What the file has of an array: at a place in its list, or where the array is used.
  entry(where) {
    return typeof where === "number" ? this.stored[where] : where;
  }

  array(where) {
    if (!this.revived.has(where)) this.revived.set(where, revive(this.entry(where)));
    return this.revived.get(where);
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

  // name -> the events after which a running sum is known.
  gatherTotals() {
    const totals = new Map();
    for (const event of this.events.filter(({ summed }) => summed)) {
      if (!totals.has(event.name)) totals.set(event.name, []);
      event.summedBefore = totals.get(event.name).at(-1);
      totals.get(event.name).push(event);
    }
    return totals;
  }

  parent(event, variable) {
    return new Parent(event, variable);
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
    try {
      return expand(tree, event.look, fit(index, shapeOf(tree, event.look)));
    } catch {
      return null;
    }
  }

  // variable -> positions of the elements that one element is computed from.
  touched(event, index) {
    const expression = this.formula(event, index);
    if (!expression) return null;
    const positions = new Map();
    for (const element of elementsOf(expression)) {
      const { shape } = this.parent(event, element.variable);
      if (!positions.has(element.variable)) positions.set(element.variable, new Set());
      positions.get(element.variable).add(place(shape, element.index));
    }
    return positions;
  }
}

// A name that gets a value.
class TraceEvent {
  constructor(trace, entry, index) {
    const template = trace.templates[entry.template];
    const { name, phase } = template;
    Object.assign(this, {
      trace, entry, index, template, name, phase, t: entry.t, env: entry.env, event: this,
      isInput: template.symbols === "given", summed: "total" in entry,
    });
    const { shape, kind, dtype = kind } = trace.entry(entry.value);
    Object.assign(this, { shape, kind: dtype });
    this.axes = axisWords(template.axes, name, this.shape, trace);
    this.look = (variable) => trace.parent(this, variable).value;
  }

  get value() {
    const { value } = this.entry;
    if ("data" in this.trace.entry(value)) return this.trace.array(value);
    this.computed ??= asKind(evaluateTree(this.template.tree, this.look), value.kind);
    return this.computed;
  }

  // The sum over the steps so far.
  get total() {
    const missing = [];
    for (let event = this; event && !event.sum; event = event.summedBefore) missing.unshift(event);
    for (const event of missing) {
      const { total } = event.entry;
      const before = event.summedBefore?.sum;
      if (total !== true) event.sum = this.trace.array(total);
      else event.sum = before ? added(before, event.value) : event.value;
    }
    return this.sum;
  }
}

// The quantity behind a variable of a line: an event, a parameter, or the array of a step that the
// page does not show (`away`: the step). `event` is there for an event only.
class Parent {
  constructor(user, variable) {
    const { trace } = user;
    const where = user.env[variable];
    const event = typeof where === "number" ? trace.events[where] : null;
    Object.assign(this, { trace, variable, event, user });
    if (event) {
      const { name, shape, kind, axes } = event;
      Object.assign(this, { name, shape, kind, axes });
    }
    else {
      this.name = where.name ?? where;
      this.away = where.name === undefined ? null : where;
      this.stored = this.away ? where.value : trace.constants[where];
      const { shape, kind, dtype = kind } = trace.entry(this.stored);
      Object.assign(this, { shape, kind: dtype });
      const axes = this.away ? where.axes : trace.constantAxes[where];
      this.axes = axisWords(axes, this.name, this.shape, trace);
    }
  }

  get value() {
    return this.event ? this.event.value : this.trace.array(this.stored);
  }
}

// A tree as formula.js needs it: "Infinity" as the number that it is.
function numbersOf(tree) {
  if (!tree) return tree;
  const args = tree.args && { args: tree.args.map(numbersOf) };
  const value = typeof tree.value === "string" && { value: Number(tree.value) };
  return { ...tree, ...args, ...value };
}

// The blocks of a variable's leading axis that a tree takes, or null where it takes the whole.
function blocksUsed(tree, variable) {
  const used = new Set();
  let whole = false;
  const walk = ({ op, name, args = [], index, start, stop }) => {
    if (op === "var") whole ||= name === variable;
    const own = args[0]?.op === "var" && args[0].name === variable;
    const first = op === "slice" ? index[0] : null;
    if (own && op === "block") used.add(index);
    else if (own && op === "blocks") for (let k = start; k < stop; k++) used.add(k);
    else if (own && Number.isInteger(first)) used.add(first);
    else args.forEach(walk);
  };
  walk(tree);
  return whole ? null : [...used].sort((a, b) => a - b);
}
