// The whole array of a tree, for arrays that the file does not store: the large ones. What those
// are made with is computed array by array, all else element by element.

const WHOLE = {
  var: ({ name }, look) => look(name),
  num: ({ value }) => ({ shape: [], data: [value] }),
  "+": (_, __, a, b) => combined(ARITHMETIC["+"], a, b),
  "-": (_, __, a, b) => combined(ARITHMETIC["-"], a, b),
  "*": (_, __, a, b) => combined(ARITHMETIC["*"], a, b),
  "/": (_, __, a, b) => combined(ARITHMETIC["/"], a, b),
  neg: (_, __, { shape, data }) => ({ shape, data: Float64Array.from(data, (x) => -x) }),
  T: (_, __, a) => swapped(a),
  "@": (_, __, a, b) => product(a, b),
  block: ({ index }, _, { shape, data }) => {
    const size = sizeOf(shape.slice(1));
    return { shape: shape.slice(1), data: data.slice(index * size, (index + 1) * size) };
  },
};

function evaluateTree(tree, look) {
  const args = tree.args ?? [];
  const vectors = tree.op === "@" && args.some((arg) => shapeOf(arg, look).length < 2);
  if (!WHOLE[tree.op] || vectors) return byElement(tree, look);
  return WHOLE[tree.op](tree, look, ...args.map((arg) => evaluateTree(arg, look)));
}

function byElement(tree, look) {
  const shape = shapeOf(tree, look);
  const value = (_, flat) => expand(tree, look, unravel(flat, shape)).value;
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, value) };
}

// The place in an array of each element of a larger one that it is broadcast to.
function spread({ shape }, larger) {
  if (sizeOf(shape) === sizeOf(larger)) return (flat) => flat;
  return (flat) => place(shape, fit(unravel(flat, larger), shape));
}

function combined(f, a, b) {
  const shape = broadcast(a.shape, b.shape);
  const [left, right] = [spread(a, shape), spread(b, shape)];
  const data = new Float64Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = f(a.data[left(i)], b.data[right(i)]);
  return { shape, data };
}

// The last two axes of an array, which has them.
function swapped({ shape, data }) {
  const [rows, columns] = shape.slice(-2);
  const out = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += rows * columns) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[start + j * rows + i] = data[start + i * columns + j];
    }
  }
  return { shape: [...shape.slice(0, -2), columns, rows], data: out };
}

// The matrix product of each pair of blocks.
function product(a, b) {
  const lead = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [rows, inner] = a.shape.slice(-2);
  const columns = b.shape.at(-1);
  const of = ({ shape }) => spread({ shape: shape.slice(0, -2) }, lead);
  const [left, right] = [of(a), of(b)];
  const data = new Float64Array(sizeOf(lead) * rows * columns);
  for (let block = 0; block < sizeOf(lead); block++) {
    const [x, y, out] = [left(block) * rows * inner, right(block) * inner * columns,
      block * rows * columns];
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < inner; k++) {
        const factor = a.data[x + i * inner + k];
        for (let j = 0; j < columns; j++) {
          data[out + i * columns + j] += factor * b.data[y + k * columns + j];
        }
      }
    }
  }
  return { shape: [...lead, rows, columns], data };
}
