// The shapes of the arrays that a tree and its parts give.

function broadcast(...shapes) {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return lengths.find((n) => n !== 1) ?? 1;
  });
}

// An index of the result as an index of an operand: leading axes go, axes of length 1 repeat.
function fit(index, shape) {
  const offset = index.length - shape.length;
  return shape.map((n, axis) => (n === 1 ? 0 : index[axis + offset]));
}

// The axes that a sum runs over.
function axesOf({ axis }, rank) {
  if (axis === null) return Array.from({ length: rank }, (_, k) => k);
  return [axis].flat().map((k) => (k < 0 ? k + rank : k));
}

// [start, stop, step] -> how many.
function countOf([start, stop, step]) {
  return Math.max(0, Math.ceil(((stop ?? -1) - start) / step));
}

// "gd,db->gb" -> { inputs, output, lengths of the letters }
function einsumOf({ spec }, shapes) {
  const [left, output] = spec.split("->");
  const inputs = left.split(",");
  const lengths = new Map();
  inputs.forEach((letters, k) => [...letters].forEach((letter, axis) => {
    lengths.set(letter, Math.max(lengths.get(letter) ?? 1, shapes[k][axis]));
  }));
  return { inputs, output, lengths };
}

function reduced(tree, shape) {
  const gone = axesOf(tree, shape.length);
  if (tree.keepdims) return shape.map((n, axis) => (gone.includes(axis) ? 1 : n));
  return shape.filter((_, axis) => !gone.includes(axis));
}

function sliced({ index }, shape) {
  let axis = 0;
  const out = index.flatMap((part) => {
    if (part === "new") return [1];
    axis += 1;
    return Array.isArray(part) ? [countOf(part)] : [];
  });
  return [...out, ...shape.slice(axis)];
}

const SHAPE = {
  num: () => [],
  "@": (_, a, b) => [...broadcast(a.slice(0, -2), b.slice(0, -2)),
    ...(a.length > 1 ? [a.at(-2)] : []), ...(b.length > 1 ? [b.at(-1)] : [])],
  outer: (_, a, b) => [sizeOf(a), sizeOf(b)],
  einsum: (tree, ...shapes) => {
    const { output, lengths } = einsumOf(tree, shapes);
    return [...output].map((letter) => lengths.get(letter));
  },
  T: (_, a) => [...a.slice(0, -2), a.at(-1), a.at(-2)],
  transpose: ({ axes }, a) => axes.map((axis) => a[axis]),
  reshape: ({ shape }) => shape,
  broadcast: ({ shape }) => shape,
  zeros: ({ shape }) => shape,
  eye: ({ n }) => [n, n],
  range: ({ start, stop, step }) => [countOf([start, stop, step])],
  block: (_, a) => a.slice(1),
  blocks: ({ start, stop }, a) => [stop - start, ...a.slice(1)],
  slice: sliced,
  newaxis: (_, a) => [1, ...a],
  stack: ({ axis = 0 }, a, ...more) => a.toSpliced(axis, 0, 1 + more.length),
  concat: ({ axis }, ...shapes) => shapes[0].with(
    axis, shapes.reduce((sum, shape) => sum + shape[axis], 0)),
  pick: ({ axis }, a, ...places) => [...a.slice(0, axis), ...broadcast(...places),
    ...a.slice(axis + places.length)],
  put: (_, a) => a,
  softmax: (_, a) => a,
};
for (const op of ["sum", "mean", "variance", "std", "max", "min"]) SHAPE[op] = reduced;
for (const op of ELEMENTWISE) SHAPE[op] = (_, ...shapes) => broadcast(...shapes);

const KNOWN_SHAPES = new WeakMap();                     // by what looks the names up

function shapeOf(tree, look) {
  if (!KNOWN_SHAPES.has(look)) KNOWN_SHAPES.set(look, new Map());
  const known = KNOWN_SHAPES.get(look);
  if (!known.has(tree)) {
    if (tree.op !== "var" && !SHAPE[tree.op]) throw new Error(`unknown operation ${tree.op}`);
    const shapes = (tree.args ?? []).map((arg) => shapeOf(arg, look));
    known.set(tree, tree.op === "var" ? look(tree.name).shape : SHAPE[tree.op](tree, ...shapes));
  }
  return known.get(tree);
}
