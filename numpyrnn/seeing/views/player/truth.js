// Whether a formula gives the numbers that were recorded.

// What rounding may cost, relative to the terms of a formula: in NumPy's precision, not in ours.
const ROUNDING = { float16: 2e-2, float32: 1e-4 };
const EXACT = 1e-9;

function precision(event) {
  const kinds = [event, ...event.trace.parents(event)].map(({ kind }) => ROUNDING[kind] ?? EXACT);
  return Math.max(...kinds);
}

// expression: of one element, as expand() gives it; value: the number that was recorded.
function agrees(expression, value, event) {
  const apart = Math.abs(expression.value - value);
  if (Object.is(expression.value, value) || apart === 0) return true;
  const allowed = precision(event);
  return apart <= allowed * (largest(event.value) || 1) || apart <= allowed * termsOf(expression);
}

// How large the terms are that may cancel: no sum is more exact than they are.
function termsOf({ kind, op, value, terms, args }) {
  const sizes = (terms ?? args ?? []).map(termsOf);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (kind === "sum" || op === "+" || op === "-" || op === "neg") return all;
  if (op === "*") return sizes[0] * sizes[1];
  if (op === "/") return sizes[0] / Math.abs(args[1].value);
  return kind === "operation" ? Math.abs(value) * (1 + all) : Math.abs(value);
}

// Every event of a trace's document whose formula does not give its value, every element of it, or
// cannot be evaluated: { event, name, at, given, recorded }. There is none.
function falseFormulas(file) {
  const wrong = [];
  for (const event of new Trace(structuredClone(file)).events) {
    if (!event.template.tree) continue;
    const recorded = event.value.data;
    for (let flat = 0; flat < recorded.length; flat++) {
      const index = unravel(flat, event.shape);
      const expression = event.trace.formula(event, index);
      if (expression && agrees(expression, recorded[flat], event)) continue;
      wrong.push({ event: event.index, name: event.name, at: index, given: expression?.value ?? null,
        recorded: recorded[flat] });
      break;
    }
  }
  return wrong;
}
