// The current event: its formula, the line of code that ran, and every matrix it is made of.

const CHANGED = "changed by this line";
const PARENTS = 8;                                      // that are not folded away
const CELLS = 6000;                                     // of tables: the parents beyond are folded
const PHASES = { forward: "forward ▶\uFE0E", backward: "◀\uFE0E backward" };

function headline({ event }) {
  const { equation } = event.template;
  return [
    element("span", { class: `phase ${event.phase}` }, PHASES[event.phase]),
    element("span", { class: "when" }, timeWords(event)),
    element("span", { class: "formula" }, equationOf(event.template, event.trace)),
    equation === null ? "" : element("span", { class: "number" }, `(${equation})`),
    event.template.changed ? element("span", { class: "words" }, CHANGED) : "",
  ];
}

// The code, once if both traces ran the same line.
function codeLines(stop) {
  const sides = sidesOf(stop).filter(([, event]) => event.template.line);
  const same = sides.length === 2 && sides[0][1].template.line === sides[1][1].template.line;
  return (same ? sides.slice(0, 1) : sides).map(([side, event]) => element("pre", { class: side },
    stop.theirs && !same ? element("span", { class: "who" }, side) : null, code(event.template)));
}

// The name that this event is about stands out on the left of the line.
function code({ line, name }) {
  const left = line.slice(0, Math.max(line.indexOf("="), 0));
  const match = new RegExp(`(?<![\\w.])${name.replace(/\W/g, "\\$&")}(?!\\w)`).exec(left);
  if (!match) return element("code", {}, line);
  return element("code", {}, line.slice(0, match.index), element("mark", {}, name),
    line.slice(match.index + name.length));
}

const HINT = "Click a number, or press Enter on it, to see where it comes from.";

function elementPanel(stop, index, actions) {
  if (!index) return [element("p", { class: "hint" }, HINT)];
  const sides = sidesOf(stop).filter(([, event]) => inside(index, event.shape));
  return sides.map(([side, event]) =>
    elementLine(event, index, { side, named: Boolean(stop.theirs), onparent: actions.parent }));
}

// The result, then each variable of the line; where there are two traces, side by side.
function matrices(stop, index, actions) {
  const { ours, theirs } = stop;
  const both = ours && theirs && sameShape(ours, theirs);
  const outlined = both ? differences(ours.value, theirs.value, ours.trace) : null;
  const results = [];
  const groups = new Map();                             // variable -> what draws its matrices
  for (const [side, event] of sidesOf(stop)) {
    const { trace, value, shape, name } = event;
    const chosen = index && inside(index, shape) ? index : null;
    results.push(matrix(event, {
      role: "result", variable: name, value, side, outlined, scale: trace.scales.get(name),
      onselect: actions.select, note: both ? side : undefined,
      selected: chosen ? place(shape, chosen) : undefined,
    }));
    const lit = chosen && trace.touched(event, chosen);
    for (const parent of trace.parents(event)) {
      if (!groups.has(parent.variable)) groups.set(parent.variable, []);
      groups.get(parent.variable).push(
        () => parentMatrix(parent, { side, event, stop, actions, lit }));
    }
  }
  const pair = (group) => element("div", { class: "pair" }, group.map((draw) => draw()));
  const parents = [...groups.values()];
  const room = CELLS - cellsOf(stop.event);
  const sizes = [...groups.keys()].map((variable) => cellsOf(parentOf(stop, variable)));
  const fitting = sizes.findIndex((_, k) => k > 0 && sum(sizes.slice(0, k + 1)) > room);
  const open = fitting < 0 ? PARENTS : Math.min(PARENTS, fitting);
  const rest = [...groups.keys()].slice(open);
  const more = rest.length
    ? fold("parents", `${rest.length} more: ${rest.join(", ")}`,
      () => element("div", { class: "blocks" }, parents.slice(open).map(pair))) : null;
  return [element("div", { class: "pair" }, results), ...parents.slice(0, open).map(pair),
    ...(more ? [more] : [])];
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

function parentOf(stop, variable) {
  const [, event] = sidesOf(stop).find(([, own]) => variable in own.env);
  return event.trace.parent(event, variable);
}

function parentMatrix(parent, { side, event, stop, actions, lit }) {
  const { variable, value, name } = parent;
  const other = side === "ours" ? stop.theirs : stop.ours;
  const twin = other && variable in other.env ? other.trace.parent(other, variable).value : null;
  const differ = twin && sameShape(twin, value);
  return matrix(parent, {
    role: "parent", variable, value, side, scale: event.trace.scales.get(name),
    note: origin(parent, event, stop.theirs ? side : ""),
    lit: lit ? lit.get(variable) ?? new Set() : undefined,
    outlined: differ ? differences(value, twin, event.trace) : null,
    blocks: usedBlocks(parent, event.template.tree),
    onselect: (index) => actions.parent(parent, index),
  });
}

// The gate blocks that the event reads: the others stay folded.
function usedBlocks({ shape, variable }, tree) {
  return (shape.length === 3 && tree && blocksUsed(tree, variable)) || undefined;
}

function origin(parent, event, side) {
  const words = [side];
  if (parent.away) words.push(`from ${timeWords(parent.away)}, which is not shown`);
  else if (!parent.event) words.push("parameter");
  else {
    if (parent.event.same === event.same) words.push("before this line");
    else if (parent.event.t !== event.t) words.push(`from ${timeWords(parent.event)}`);
    else if (parent.event.phase !== event.phase) words.push("kept from the forward pass");
  }
  return words.filter(Boolean).join(", ");
}
