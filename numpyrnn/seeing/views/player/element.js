// One number: its formula with the numbers filled in. Every number of the formula is a button
// that goes to where it comes from.

const TERMS = 48;                                       // of a long sum, what is written out
const LONG = 8;                                         // numbers in a long formula

const RANK = {
  or: -3, and: -2, not: -2, "<": -1, "<=": -1, ">": -1, ">=": -1, "==": -1, "!=": -1, where: -4,
  "+": 1, "-": 1, "*": 2, "/": 2, neg: 2, pow: 3,
};
const SIGN = {
  "+": " + ", "-": " − ", "*": " · ", "/": " / ", and: " and ", or: " or ",
  "<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ ", "==": " = ", "!=": " ≠ ",
};
const SHORT = { maximum: "max", minimum: "min" };

function rankOf(node) {
  if (node.op === "cast") return rankOf(node.args[0]);
  if (node.kind === "operation") return RANK[node.op] ?? 4;
  return node.kind === "sum" && node.terms.length > 1 ? 1 : 4;
}

const isLong = (node) => node.kind === "sum" && node.terms.length > 2;

// A long sum stands on a line of its own.
const plus = (...sides) => (sides.some(isLong) ? [element("br"), "+ "] : SIGN["+"]);

// An expression of expand() as page elements; `number` makes the element for a parent's number.
// `lead`: nothing stands before it, so that a minus sign needs no brackets.
function written(node, number, lead = true) {
  const within = (child, least, first = false) => (rankOf(child) < least
    ? ["(", written(child, number), ")"] : written(child, number, first));
  switch (node.kind) {
    case "element": return number(node, lead);
    case "number": return medium(node.value);
    case "sum": return [
      node.terms.slice(0, TERMS).map((term, k) => [
        k === 0 ? "" : plus(term),
        element("span", { class: isLong(term) ? null : "term" }, within(term, 2, lead && k === 0)),
      ]),
      node.terms.length > TERMS ? ` + … (${node.terms.length - TERMS} more)` : "",
    ];
    default:
  }
  const [a, b] = node.args;
  switch (node.op) {
    case "+": return [within(a, 1, lead), plus(a, b), within(b, 1)];
    case "-": return [within(a, 1, lead), SIGN["-"], within(b, 2)];
    case "*": return [within(a, 2, lead), SIGN["*"], within(b, 3)];
    case "/": return [within(a, 2, lead), SIGN["/"], within(b, 3)];
    case "neg": return ["−", within(a, 3)];
    case "pow": {
      const power = b ? written(b, number) : minus(String(node.power));
      return [within(a, 4), element("sup", {}, power)];
    }
    case "and": case "or":
      return [within(a, RANK[node.op]), SIGN[node.op], within(b, RANK[node.op] + 1)];
    case "<": case "<=": case ">": case ">=": case "==": case "!=":
      return [within(a, 0), SIGN[node.op], within(b, 0)];
    case "not": return ["not ", within(a, -1)];
    case "cast": return written(a, number, lead);
    // What was chosen, and the condition that chose it.
    case "where": return [written(b, number, lead), element("span", { class: "words" },
      node.truth ? " since " : " since not ", "(", written(a, number), ")")];
    default: return [
      element("span", { class: "function" }, node.name ?? SHORT[node.op] ?? node.op), "(",
      node.args.slice(0, TERMS).map((arg, k) => [k ? ", " : "", written(arg, number)]),
      node.args.length > TERMS ? ` … (${node.args.length - TERMS} more)` : "", ")",
    ];
  }
}

// options: side ("ours" or "theirs"), named (say which), onparent.
function elementLine(event, index, { side, named, onparent }) {
  const value = at(event.value, index);
  const flat = place(event.shape, index);
  const expression = event.trace.formula(event, index);
  const name = [symbol(event.name), element("span", { class: "index" }, indexWords(index, event))];
  const attributes = { class: "result", title: full(value, event.value, flat), "data-value": value };
  const end = element("output", attributes,
    event.value.imaginary ? cellText(event.value, flat) : medium(value));
  const who = named ? element("span", { class: "who" }, side) : null;
  if (!expression) {
    const reason = event.isInput ? " given, not computed"
      : event.entry.away ? " its numbers are in steps that this page does not show"
        : " this line has no formula that can be filled in";
    return element("p", { class: `filled ${side}` },
      who, name, " = ", end, element("span", { class: "words" }, reason));
  }
  const count = [...elementsOf(expression)].length;
  const number = (node, lead) => {
    const parent = event.trace.parent(event, node.variable);
    const text = medium(node.value);
    const where = indexWords(node.index, parent);
    const flat = place(parent.shape, node.index);
    return element("button", {
      type: "button", class: "operand", title: `${node.variable}${where} = ${full(node.value, parent.value)}`,
      "data-variable": node.variable, "data-side": side,
      "data-flat": flat,
      "aria-label": `${text}, ${spoken(node.variable)} ${node.index.join(", ")}`,
      onclick: () => onparent(parent, node.index),
    }, text.startsWith("−") && !lead ? `(${text})` : text);
  };
  const computed = expression.value;
  const formula = element("span", { class: "right" }, written(expression, number));
  const long = count > LONG;
  const [one, two] = long ? [end, formula] : [formula, end];        // the result stays in sight
  return element("p", { class: `filled ${side}${long ? " long" : ""}`, "data-evaluated": computed },
    who, name, " = ", one, " = ", two,
    agrees(expression, value, event) ? null : element("strong", { class: "words" }, ` (these numbers give ${full(computed)})`));
}
