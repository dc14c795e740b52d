// The formula of one element: the tree of a line, evaluated at an index as NumPy would.
//
// expand() gives an expression of the elements that really enter:
//   { kind: "element", value, variable, index }   a number of a parent
//   { kind: "number", value }                     a constant of the formula
//   { kind: "sum", value, terms }                 a matrix product or a sum over an axis
//   { kind: "operation", op, value, args }        + − · / neg pow and functions

const FUNCTIONS = {
  "σ": (x) => 0.5 * (1 + Math.tanh(0.5 * x)),
  tanh: Math.tanh,
  relu: (x) => (x > 0 ? x : 0),
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  // Slopes are written with the function's value, as the cells keep it.
  "σ'": (y) => y * (1 - y),
  "tanh'": (y) => 1 - y * y,
  "relu'": (y) => (y > 0 ? 1 : 0),
};

const ARITHMETIC = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

function broadcast(a, b) {
  const longer = a.length >= b.length ? a : b;
  const shorter = longer === a ? b : a;
  const offset = longer.length - shorter.length;
  return longer.map((n, axis) => {
    const other = axis < offset ? 1 : shorter[axis - offset];
    return other === 1 ? n : other;
  });
}

// An index of the result as an index of an operand: leading axes go, axes of length 1 repeat.
function fit(index, shape) {
  const offset = index.length - shape.length;
  return shape.map((n, axis) => (n === 1 ? 0 : index[axis + offset]));
}

const axisOf = (axis, rank) => (axis < 0 ? axis + rank : axis);

function shapeOf(tree, look) {
  const shapes = () => tree.args.map((arg) => shapeOf(arg, look));
  switch (tree.op) {
    case "var": return look(tree.name).shape;
    case "num": return [];
    case "+": case "-": case "*": case "/": return broadcast(...shapes());
    case "@": {
      const [a, b] = shapes();
      return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2), b.at(-1)];
    }
    case "neg": case "pow": case "call": return shapes()[0];
    case "T": {
      const [a] = shapes();
      return [...a.slice(0, -2), a.at(-1), a.at(-2)];
    }
    case "block": return shapes()[0].slice(1);
    case "blocks": return [tree.stop - tree.start, ...shapes()[0].slice(1)];
    case "stack": return [tree.args.length, ...shapes()[0]];
    case "newaxis": return [1, ...shapes()[0]];
    case "sum": {
      const [a] = shapes();
      const axis = axisOf(tree.axis, a.length);
      return tree.keepdims ? a.with(axis, 1) : a.toSpliced(axis, 1);
    }
    default: throw new Error(`unknown operation ${tree.op}`);
  }
}

function sumOf(terms) {
  return { kind: "sum", terms, value: terms.reduce((sum, term) => sum + term.value, 0) };
}

function operation(op, args, value, more = {}) {
  return { kind: "operation", op, args, value, ...more };
}

function expand(tree, look, index) {
  const go = (child, i) => expand(child, look, i);
  const operand = (child) => go(child, fit(index, shapeOf(child, look)));
  switch (tree.op) {
    case "var": {
      const own = fit(index, look(tree.name).shape);
      return { kind: "element", variable: tree.name, index: own, value: at(look(tree.name), own) };
    }
    case "num": return { kind: "number", value: tree.value };
    case "+": case "-": case "*": case "/": {
      const [a, b] = tree.args.map(operand);
      return operation(tree.op, [a, b], ARITHMETIC[tree.op](a.value, b.value));
    }
    case "@": {
      const [left, right] = tree.args;
      const [a, b] = tree.args.map((arg) => shapeOf(arg, look));
      const lead = index.slice(0, -2);
      const terms = Array.from({ length: a.at(-1) }, (_, k) => {
        const x = go(left, fit([...lead, index.at(-2), k], a));
        const y = go(right, fit([...lead, k, index.at(-1)], b));
        return operation("*", [x, y], x.value * y.value);
      });
      return sumOf(terms);
    }
    case "neg": {
      const a = operand(tree.args[0]);
      return operation("neg", [a], -a.value);
    }
    case "pow": {
      const a = operand(tree.args[0]);
      return operation("pow", [a], a.value ** tree.power, { power: tree.power });
    }
    case "call": {
      const args = tree.args.map(operand);
      const f = FUNCTIONS[tree.name];
      if (!f) throw new Error(`unknown function ${tree.name}`);
      return operation("call", args, f(...args.map((a) => a.value)), { name: tree.name });
    }
    case "T": return go(tree.args[0], [...index.slice(0, -2), index.at(-1), index.at(-2)]);
    case "block": return go(tree.args[0], [tree.index, ...index]);
    case "blocks": return go(tree.args[0], [index[0] + tree.start, ...index.slice(1)]);
    case "stack": return go(tree.args[index[0]], index.slice(1));
    case "newaxis": return go(tree.args[0], index.slice(1));
    case "sum": {
      const shape = shapeOf(tree.args[0], look);
      const axis = axisOf(tree.axis, shape.length);
      const terms = Array.from({ length: shape[axis] }, (_, k) =>
        go(tree.args[0], tree.keepdims ? index.with(axis, k) : index.toSpliced(axis, 0, k)));
      return sumOf(terms);
    }
    default: throw new Error(`unknown operation ${tree.op}`);
  }
}

function* elementsOf(expression) {
  if (expression.kind === "element") yield expression;
  for (const part of expression.terms ?? expression.args ?? []) yield* elementsOf(part);
}

function* variablesOf(tree) {
  if (tree.op === "var") yield tree.name;
  for (const arg of tree.args ?? []) yield* variablesOf(arg);
}
