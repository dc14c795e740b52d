// All equations of the cell, the current one lit; under it, the lines that compute it in the
// current phase: a backward line belongs to the equation it comes from.

class Equations {
  constructor(trace, { online }) {
    this.trace = trace;
    this.online = online;
    this.list = document.getElementById("equation-list");
    this.entries = new Map();
    for (const { number, text, note } of trace.equations) {
      this.add(number, mathematics(text), note, `(${number})`);
    }
    const alone = !trace.equations.length;              // code without numbered equations
    if (alone) document.getElementById("equations-title").textContent = "Lines";
    this.add(null, alone ? "the lines of this step" : "the loop over time",
      alone ? "" : "what comes in, and what is summed", "");
  }

  add(number, text, note, label) {
    const lines = element("ul", {});
    const entry = element("li", {},
      element("div", { class: "equation" },
        element("span", { class: "text" }, text), element("span", { class: "number" }, label)),
      note ? element("p", { class: "note" }, note) : null, lines);
    this.entries.set(number, { entry, lines });
    this.list.append(entry);
  }

  // A line whose number is not among the equations belongs to the loop.
  numberOf({ equation }) {
    return this.entries.has(equation) ? equation : null;
  }

  update(event) {
    const number = this.numberOf(event.template);
    for (const [own, { entry, lines }] of this.entries) {
      const here = own === number;
      entry.className = here ? `now ${event.phase}` : "";
      if (here) entry.setAttribute("aria-current", "step");
      else entry.removeAttribute("aria-current");
      lines.replaceChildren(...(here ? this.lines(event, number) : []));
    }
  }

  lines(event, number) {
    const { trace, t, phase } = event;
    const present = new Set(trace.events.filter((e) => e.t === t).map((e) => e.template));
    const own = [...present].filter((template) =>           // in the order in which they ran
      template.phase === phase && this.numberOf(template) === number);
    return own.map((template) => element("li", {},
      element("button", {
        type: "button", class: "line", onclick: () => this.online(template, event),
        "aria-current": template === event.template ? "step" : null,
      }, element("span", { class: "arrow", "aria-hidden": "true" }, ARROWS[phase]), " ",
      equationOf(template, trace))));
  }
}

// What a number that is not computed stands for in a layer.
const MEANINGS = {
  h0: ": the initial state", c0: ": the initial memory", x: ": the input",
  dh_above: ": from the loss or the layer above", dh_final: ": the gradient of the final state",
  dc_final: ": the gradient of the final memory",
};

// What happened where a line has no right-hand side; "changed by this line" is said beside it.
const HAPPENED = ["written piece by piece", "as it is here"];

// A formula, or the code where there is none.
function equationOf({ name, symbols, tree, changed }, { sizes }) {
  if (tree) return [symbol(name), " = ", mathematics(symbols)];
  if (HAPPENED.includes(symbols)) {
    return [symbol(name), element("span", { class: "words" }, ` ${symbols}`)];
  }
  if (changed || symbols.startsWith(`${name} with `)) return symbol(name);
  if (symbols !== "given") return [symbol(name), " = ", element("code", {}, symbols)];
  return [symbol(name), element("span", { class: "words" }, ` is given${(sizes.H && MEANINGS[name]) || ""}`)];
}
