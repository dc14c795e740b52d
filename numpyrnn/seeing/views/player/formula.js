// The formula of one element: the tree of a line, evaluated at an index as NumPy would.
//
// expand() gives an expression of the elements that really enter:
//   { kind: "element", value, variable, index }   a number of a parent
//   { kind: "number", value }                     a constant of the formula
//   { kind: "sum", value, terms }                 a matrix product or a sum over an axis
//   { kind: "operation", op, value, args }        + − · / neg pow and functions; a "where" has its
//                                                 condition, the truth of it, and what it chose

function sumOf(terms) {
  if (terms.length === 1) return terms[0];
  return { kind: "sum", terms, value: terms.reduce((sum, term) => sum + term.value, 0) };
}

function numberOf(value) {
  return { kind: "number", value };
}

function operation(op, args, value, more = {}) {
  return { kind: "operation", op, args, value, ...more };
}

function pair(op, a, b) {
  return operation(op, [a, b], PAIRS[op](a.value, b.value));
}

function called(name, a) {
  if (!FUNCTIONS[name]) throw new Error(`unknown function ${name}`);
  return operation("call", [a], FUNCTIONS[name](a.value), { name });
}

function expand(tree, look, index) {
  if (tree.op === "var") {
    const value = at(look(tree.name), index);
    return { kind: "element", variable: tree.name, index, value };
  }
  const part = new Parts(tree, look, index);
  if (PAIRS[tree.op]) return pair(tree.op, part.fitted(0), part.fitted(1));
  if (!EXPAND[tree.op]) throw new Error(`unknown operation ${tree.op}`);
  return EXPAND[tree.op](tree, index, part);
}

// The parts of a tree: elements of theirs, and their shapes.
class Parts {
  constructor(tree, look, index) {
    Object.assign(this, { args: tree.args ?? [], look, index });
  }

  at(k, index) {
    return expand(this.args[k], this.look, index);
  }

  shape(k) {
    return shapeOf(this.args[k], this.look);
  }

  // The element that broadcasting takes.
  fitted(k, index = this.index) {
    return this.at(k, fit(index, this.shape(k)));
  }

  // All elements of the first part that a reduction at this index runs over.
  inside(tree) {
    const shape = this.shape(0);
    const gone = axesOf(tree, shape.length);
    const rest = [...this.index];
    const start = shape.map((_, axis) => {
      const own = gone.includes(axis);
      const i = !own || tree.keepdims ? rest.shift() : 0;
      return own ? 0 : i;
    });
    const lengths = gone.map((axis) => shape[axis]);
    return Array.from({ length: sizeOf(lengths) }, (_, flat) => {
      const place = [...start];
      unravel(flat, lengths).forEach((i, k) => { place[gone[k]] = i; });
      return this.at(0, place);
    });
  }
}

function mean(terms) {
  const sum = sumOf(terms);
  return operation("/", [sum, numberOf(terms.length)], sum.value / terms.length);
}

// The mean of (a − mean)²: the mean stands there as a number.
function variance(tree, _, part) {
  const inside = part.inside(tree);
  const middle = numberOf(mean(inside).value);
  return mean(inside.map((a) => {
    const apart = pair("-", a, middle);
    return operation("pow", [apart], apart.value ** 2, { power: 2 });
  }));
}

const extreme = (op) => (tree, _, part) => {
  const inside = part.inside(tree);
  return operation(op, inside, inside.map(({ value }) => value).reduce((a, b) => PAIRS[op](a, b)));
};

const LARGE = 500;                                      // exp of more is not far from overflowing

function softmax(tree, index, part) {
  const along = axesOf(tree, index.length);
  const rest = index.filter((_, axis) => !along.includes(axis));
  let inside = new Parts(tree, part.look, rest).inside({ ...tree, keepdims: false });
  let own = part.at(0, index);
  const largest = Math.max(...inside.map(({ value }) => value));
  if (Math.abs(largest) > LARGE) {
    const shift = numberOf(largest);
    [own, ...inside] = [own, ...inside].map((a) => pair("-", a, shift));
  }
  return pair("/", called("exp", own), sumOf(inside.map((a) => called("exp", a))));
}

function matrixProduct(_, index, part) {
  const [a, b] = [part.shape(0), part.shape(1)];
  const column = b.length > 1 ? index.slice(-1) : [];
  const before = index.slice(0, index.length - column.length);
  const row = a.length > 1 ? before.slice(-1) : [];
  const lead = before.slice(0, before.length - row.length);
  return sumOf(Array.from({ length: a.at(-1) }, (__, k) => pair("*",
    part.fitted(0, [...lead, ...row, k]), part.fitted(1, [...lead, k, ...column]))));
}

function einsum(tree, index, part) {
  const { inputs, output, lengths } = einsumOf(tree, part.args.map((_, k) => part.shape(k)));
  const summed = [...lengths.keys()].filter((letter) => !output.includes(letter));
  const sizes = summed.map((letter) => lengths.get(letter));
  const places = new Map([...output].map((letter, k) => [letter, index[k]]));
  return sumOf(Array.from({ length: sizeOf(sizes) }, (_, flat) => {
    unravel(flat, sizes).forEach((i, k) => places.set(summed[k], i));
    return inputs.map((letters, k) => part.fitted(k, [...letters].map((c) => places.get(c))))
      .reduce((a, b) => pair("*", a, b));
  }));
}

function sliceOf({ index: parts }, index, part) {
  const rest = [...index];
  const place = [];
  for (const own of parts) {
    if (own === "new") rest.shift();
    else place.push(Array.isArray(own) ? own[0] + own[2] * rest.shift() : own);
  }
  return part.at(0, [...place, ...rest]);
}

function concatenated({ axis }, index, part) {
  let i = index[axis];
  let k = 0;
  for (; i >= part.shape(k)[axis]; k++) i -= part.shape(k)[axis];
  return part.at(k, index.with(axis, i));
}

// A number of an index array, counted from the start.
const placeOf = (part, k, index, n) => ((Math.trunc(part.fitted(k, index).value) % n) + n) % n;

function picked({ axis, args }, index, part) {
  const rank = broadcast(...args.slice(1).map((_, k) => part.shape(k + 1))).length;
  const inner = index.slice(axis, axis + rank);
  const places = args.slice(1).map((_, k) => placeOf(part, k + 1, inner, part.shape(0)[axis + k]));
  return part.at(0, [...index.slice(0, axis), ...places, ...index.slice(axis + rank)]);
}

// The last of the new numbers that belong here, else the old one.
function overwritten({ args }, index, part) {
  const count = args.length - 2;
  const shape = broadcast(...args.slice(2).map((_, k) => part.shape(k + 2)));
  for (let flat = sizeOf(shape) - 1; flat >= 0; flat--) {
    const inner = unravel(flat, shape);
    const here = args.slice(2).every((_, k) =>
      placeOf(part, k + 2, inner, part.shape(0)[k]) === index[k]);
    if (here) return part.fitted(1, [...inner, ...index.slice(count)]);
  }
  return part.at(0, index);
}

const EXPAND = {
  num: ({ value }) => numberOf(Number(value)),
  zeros: ({ value }) => numberOf(Number(value)),
  eye: (_, [i, j]) => numberOf(Number(i === j)),
  range: ({ start, step }, [i]) => numberOf(start + i * step),
  neg: (_, __, part) => operation("neg", [part.fitted(0)], -part.fitted(0).value),
  not: (_, __, part) => operation("not", [part.fitted(0)], Number(part.fitted(0).value === 0)),
  cast: ({ dtype }, _, part) => operation(
    "cast", [part.fitted(0)], castTo(dtype, part.fitted(0).value)),
  pow: ({ args, power }, _, part) => {
    const parts = args.map((__, k) => part.fitted(k));
    return operation("pow", parts, parts[0].value ** (parts[1]?.value ?? power), { power });
  },
  call: ({ name }, _, part) => called(name, part.fitted(0)),
  where: (_, __, part) => {
    const condition = part.fitted(0);
    const truth = condition.value !== 0;
    const chosen = part.fitted(truth ? 1 : 2);
    return operation("where", [condition, chosen], chosen.value, { truth });
  },
  "@": matrixProduct, einsum,
  outer: (_, index, part) => pair("*", ...[0, 1].map(
    (k) => part.at(k, unravel(index[k], part.shape(k))))),
  sum: (tree, _, part) => sumOf(part.inside(tree)),
  mean: (tree, _, part) => mean(part.inside(tree)),
  variance,
  std: (...all) => called("sqrt", variance(...all)),
  max: extreme("maximum"), min: extreme("minimum"), softmax,
  T: (_, index, part) => part.at(0, [...index.slice(0, -2), index.at(-1), index.at(-2)]),
  transpose: ({ axes }, index, part) => part.at(0, axes.map((_, k) => index[axes.indexOf(k)])),
  reshape: ({ shape }, index, part) => part.at(0, unravel(place(shape, index), part.shape(0))),
  broadcast: (_, __, part) => part.fitted(0),
  block: (tree, index, part) => part.at(0, [tree.index, ...index]),
  blocks: ({ start }, [i, ...rest], part) => part.at(0, [i + start, ...rest]),
  newaxis: (_, index, part) => part.at(0, index.slice(1)),
  stack: ({ axis = 0 }, index, part) => part.at(index[axis], index.toSpliced(axis, 1)),
  slice: sliceOf, concat: concatenated, pick: picked, put: overwritten,
};

function* elementsOf(expression) {
  if (expression.kind === "element") yield expression;
  for (const part of expression.terms ?? expression.args ?? []) yield* elementsOf(part);
}

function* variablesOf(tree) {
  if (tree.op === "var") yield tree.name;
  for (const arg of tree.args ?? []) yield* variablesOf(arg);
}
