// The unrolled network: x below, a cell for each time step, h above, what is carried between.
// Forward edges are solid and blue and point with time; gradients are dashed, vermilion, and
// point against it.

const PITCH = 148, START = 72, END = 48, BOX = 84, TOP = 84, TALL = 70, HEAT = 23;
const HIGH = TOP + TALL + 48;                            // of the whole drawing
const HEAT_HEIGHT = 42, HEAT_WIDTH = 34, HEAT_ROWS = 16, HEAT_COLUMNS = 8;

class Diagram {
  constructor(svg, trace, { onstep }) {
    this.svg = svg;
    this.trace = trace;
    this.times = trace.steps;
    this.order = new Map(this.times.map((t, k) => [t, k]));     // t -> place in reading order
    const names = new Set(trace.events.map((e) => e.name));
    this.input = names.has("x");
    this.above = names.has("h");
    this.memory = trace.events.some((e) => e.phase === "forward" && e.name === "c" && !e.isInput);
    this.carries = this.hasCarried();
    // One step of a function without a layer is not worth the room.
    this.says = trace.steps.length > 1 || Boolean(trace.sizes.H);
    this.places = new Map([...this.times].sort((a, b) => a - b).map((t, k) => [t, k]));
    this.edges = new Map();
    this.cells = new Map();
    const count = this.times.length;
    this.margin = this.ahead() > 0 ? START : END;
    this.width = START + END + count * PITCH - (PITCH - BOX);
    svg.setAttribute("viewBox", `0 0 ${this.width} ${HIGH}`);
    svg.style.setProperty("--natural", `${this.width / 16}rem`);
    svg.style.setProperty("--ratio", this.width / HIGH);
    svg.style.setProperty("--least", `${(this.width / 16) * 0.75}rem`);
    for (const t of this.places.keys()) this.drawStep(t, onstep);
    this.drawStart();
    this.drawHeats();
  }

  left(t) {
    return this.margin + this.places.get(t) * PITCH;
  }

  // Whether a step hands anything on to the next one.
  hasCarried() {
    if (this.above || this.memory) return true;
    return this.trace.events.some((event) => this.trace.parents(event)
      .some((parent) => (parent.event ?? parent.away ?? event).t !== event.t));
  }

  draw(parent, tag, attributes, ...children) {
    const made = element(`svg:${tag}`, attributes, ...children);
    parent.append(made);
    return made;
  }

  drawStep(t, onstep) {
    const x = this.left(t);
    const group = this.draw(this.svg, "g", { class: "step", onclick: () => onstep(t) });
    this.draw(group, "rect", { class: "cell", x, y: TOP, width: BOX, height: TALL, rx: 12 });
    const bar = (phase, y) => this.draw(group, "rect", {
      class: `progress ${phase}`, x: x + 12, y, width: 0, height: 4, rx: 2,
    });
    const forward = bar("forward", TOP + 6);
    const backward = bar("backward", TOP + TALL - 10);
    this.draw(group, "text", { class: "time", x: x + BOX / 2, y: TOP + 27 }, `t = ${t}`);
    const name = this.draw(group, "text", { class: "name", x: x + BOX / 2, y: TOP + 52 });
    const badge = this.draw(group, "text", { class: "badge", x: x + BOX - 4, y: TOP + 4 });
    if (this.input) this.drawInput(group, t, x);
    const heat = this.draw(group, "g", {});
    const gradient = this.above ? this.drawAbove(group, t, x) : null;
    this.cells.set(t, { group, forward, backward, name, badge, heat, gradient });
    if (!this.carries) return;
    const k = this.order.get(t);
    if (k + 1 < this.times.length) this.carried(t, x, this.left(this.times[k + 1]));
    else this.carried(t, x, x + (this.ahead() > 0 ? BOX + 40 : -BOX - 40));       // the final state
    if (k + 1 < this.times.length && this.leap(k)) {
      const middle = (x + this.left(this.times[k + 1]) + BOX) / 2;
      this.draw(this.svg, "text", { class: "time", x: middle, y: TOP - 4 }, "…");
    }
  }

  drawInput(group, t, x) {
    const token = this.trace.tokens?.[t];
    const pill = token ? BOX : BOX - 40;
    this.draw(group, "rect", {
      class: "input", x: x + (BOX - pill) / 2, y: HIGH - 28, width: pill, height: 26, rx: 13,
    });
    this.draw(group, "text", { class: "label", x: x + BOX / 2, y: HIGH - 10 },
      "x", this.small(t), token ? element("svg:tspan", { dy: -4 }, ` “${token}”`) : "");
    this.pair(`x:${t}`, [x + BOX / 2, HIGH - 30], [x + BOX / 2, TOP + TALL + 2]);
  }

  drawAbove(group, t, x) {
    this.draw(group, "text", { class: "label", x: x + 22, y: 16 }, "h", this.small(t));
    this.pair(`up:${t}`, [x + BOX / 2, TOP - 2], [x + BOX / 2, HEAT + HEAT_HEIGHT + 2]);
    const above = { class: "label gradient", x: x + BOX - 22, y: 16 };
    return this.draw(group, "text", above, "dh", this.small(t));
  }

  // Whether steps are left out behind the k-th one that is shown.
  leap(k) {
    return Math.abs(this.times[k + 1] - this.times[k]) > 1;
  }

  // From the cell at x to the one at `to`, whichever way time runs.
  carried(t, x, to) {
    const [from, until] = to > x ? [x + BOX + 2, to - 2] : [x - 2, to + BOX + 2];
    if (this.memory) this.pair(`c:${t}`, [from, TOP + 18], [until, TOP + 18]);
    const y = this.memory ? TOP + 50 : TOP + 34;
    this.pair(`h:${t}`, [from, y], [until, y]);
  }

  // 1 where the layer reads from left to right, -1 where it reads in reverse.
  ahead() {
    return this.times.length < 2 || this.times[1] > this.times[0] ? 1 : -1;
  }

  drawStart() {
    if (!this.carries) return;
    const first = this.times[0];
    const ahead = this.ahead();
    const x = this.left(first);
    const edge = ahead > 0 ? x : x + BOX;
    const [from, until] = [edge - ahead * 40, edge - ahead * 2];
    const y = this.memory ? TOP + 50 : TOP + 34;
    if (this.memory) this.pair("c:start", [from, TOP + 18], [until, TOP + 18]);
    this.pair("h:start", [from, y], [until, y]);
    const at = edge - ahead * 52;
    const begins = first === this.trace.times[0];
    const words = begins ? "start" : `t = ${first - ahead}`;
    this.draw(this.svg, "text", { class: "time", x: at, y: TOP - 4 }, words);
    if (this.memory) this.draw(this.svg, "text", { class: "label", x: at, y: TOP + 23 }, "c");
    if (this.above) this.draw(this.svg, "text", { class: "label", x: at, y: y + 5 }, "h");
  }

  small(text) {
    return element("svg:tspan", { class: "small", dy: 4 }, String(text));
  }

  // The forward edge and, beside it, the one the gradient runs on in the other direction.
  pair(key, from, to) {
    const aside = from[1] === to[1] ? [0, 7] : [7, 0];
    const shift = ([x, y], sign) => [x + sign * aside[0], y + sign * aside[1]];
    this.arrow("forward", key, shift(from, -1), shift(to, -1));
    this.arrow("backward", key, shift(to, 1), shift(from, 1));
  }

  arrow(phase, key, [x0, y0], [x1, y1]) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
    const neck = [x1 - 9 * ux, y1 - 9 * uy];
    const own = `${phase} ${key}`;
    const group = this.draw(this.svg, "g", { class: `edge ${phase}`, "data-edge": own });
    this.edges.set(own, group);
    this.draw(group, "path", { class: "line", d: `M${x0} ${y0}L${neck[0]} ${neck[1]}` });
    const [sx, sy] = [-5 * uy, 5 * ux];
    const corners = [[x1, y1], [neck[0] + sx, neck[1] + sy], [neck[0] - sx, neck[1] - sy]];
    const outline = `M${corners.map((corner) => corner.join(" ")).join("L")}Z`;
    this.draw(group, "path", { class: "head", d: outline });
  }

  // A small picture of every h and dh, shown once it is computed.
  drawHeats() {
    this.heats = [];
    for (const [name, phase, side] of [["h", "forward", 0], ["dh", "backward", 1]]) {
      for (const t of this.times) {
        const same = (e) => e.t === t && e.name === name && e.phase === phase
          && e.shape.length < 3 && sizeOf(e.shape) > 0;
        const event = this.trace.events.filter(same).at(-1);
        if (event) this.heats.push({ index: event.index, group: this.heat(event, side) });
      }
    }
  }

  heat(event, side) {
    const { value, t, name } = event;
    const lying = event.axes[0] === "batch" && event.axes.length === 2;   // a row for a sequence
    const [down, across] = matrixShape(event.shape);
    const [all, wide] = lying ? [across, down] : [down, across];
    const rows = Math.min(all, HEAT_ROWS);
    const columns = Math.min(wide, HEAT_COLUMNS);
    const height = HEAT_HEIGHT / rows;
    const width = Math.min(HEAT_WIDTH / columns, 2 * height);
    const group = this.draw(this.cells.get(t).heat, "g", { class: "heat" });
    const x = this.left(t) + (side ? BOX - 22 : 22) - (width * columns) / 2;
    const scale = this.trace.scales.get(name);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        this.draw(group, "rect", {
          x: x + j * width, y: HEAT + i * height, width, height,
          style: colourVariables(value.data[lying ? j * all + i : i * wide + j], scale),
        });
      }
    }
    return group;
  }

  // The edges that the numbers of this event run on.
  running(event) {
    const { t, phase, name, trace } = event;
    const lit = new Set();
    const kind = (word) => (/^d?c/.test(word) ? "c" : "h");
    const before = this.order.get(t) > 0 ? this.times[this.order.get(t) - 1] : "start";
    for (const parent of trace.parents(event)) {
      const source = parent.event ?? parent.away;
      if (!source) continue;
      if (phase === "forward") {
        if (source.name === "x") lit.add(`x:${t}`);
        else if (source.t !== t || source.isInput) lit.add(`${kind(parent.variable)}:${before}`);
      } else if (source.phase === "backward") {
        if (source.t !== t) lit.add(`${kind(source.name)}:${t}`);
        else if (source.isInput) lit.add(this.gradientFrom(source));
      }
    }
    if (phase === "forward") {
      if (name === "x") lit.add(`x:${t}`);
      if (name === "h") lit.add(`up:${t}`).add(`h:${t}`);
      if (name === "c") lit.add(`c:${t}`);
    } else {
      if (event.isInput) lit.add(this.gradientFrom(event));
      if (name === "dx") lit.add(`x:${t}`);
      if (/^d[hc]_prev$/.test(name)) lit.add(`${kind(name)}:${before}`);
    }
    return [...lit].map((key) => `${phase} ${key}`);
  }

  // A gradient that is an input comes from above, or from whatever follows the final state.
  gradientFrom({ name, t }) {
    return name.endsWith("_final") ? `${name.startsWith("dc") ? "c" : "h"}:${t}` : `up:${t}`;
  }

  // Where nothing runs on an edge, the ones by which this step got what it works on.
  arriving({ t, phase }) {
    const k = this.order.get(t);
    const before = k > 0 ? this.times[k - 1] : "start";
    const keys = phase === "forward"
      ? [`x:${t}`, `h:${before}`, `c:${before}`] : [`up:${t}`, `h:${t}`, `c:${t}`];
    return keys.map((key) => `${phase} ${key}`);
  }

  update(event, badges) {
    const { trace } = event;
    const lit = new Set(this.running(event));
    const near = new Set(lit.size ? [] : this.arriving(event));
    if (trace === this.trace) {
      this.done ??= trace.events.map((e) => this.running(e));
      this.passed = new Set(this.done.slice(0, event.index + 1).flat());
      for (const { index, group } of this.heats) {
        group.classList.toggle("shown", index <= event.index);
      }
    }
    for (const [key, group] of this.edges) {
      group.classList.toggle("lit", lit.has(key));
      group.classList.toggle("near", near.has(key));
      group.classList.toggle("done", this.passed?.has(key) ?? false);
    }
    for (const [t, cell] of this.cells) {
      const now = t === event.t;
      cell.group.setAttribute("class", `step${now ? ` now ${event.phase}` : ""}`);
      cell.name.replaceChildren(...(now ? label(event.name) : []));
      if (now) shrink(cell.name, BOX - 8);
      cell.gradient?.classList.toggle("shown", event.phase === "backward");
      cell.badge.textContent = badges.has(`${event.phase} ${t}`) ? "≠" : "";
      if (trace === this.trace) {
        for (const phase of ["forward", "backward"]) {
          const share = this.share(t, phase, event.index);
          cell[phase].setAttribute("width", share * (BOX - 24));
        }
      }
    }
    const words = this.svg.querySelector("title");
    const steps = `${this.times.length} time step${this.times.length === 1 ? "" : "s"}`;
    words.textContent = `${this.trace.cell}, ${steps}; now ${event.phase}, `
      + `${event.t === null ? "after all steps" : `t = ${event.t}`}, ${spoken(event.name)}`;
    this.reveal(event.t);
  }

  share(t, phase, index) {
    this.spans ??= new Map();
    const key = `${phase} ${t}`;
    if (!this.spans.has(key)) {
      const own = this.trace.events.filter((e) => e.t === t && e.phase === phase);
      this.spans.set(key, own.map((e) => e.index));
    }
    const all = this.spans.get(key);
    return all.length ? all.filter((i) => i <= index).length / all.length : 0;
  }

  // Scroll the box, never the page, so that the current cell is in sight.
  reveal(t) {
    const box = this.svg.parentElement;
    if (t === null || box.scrollWidth <= box.clientWidth) return;
    const middle = ((this.left(t) + BOX / 2) / this.width) * this.svg.clientWidth;
    box.scrollLeft = middle - box.clientWidth / 2;
  }
}
