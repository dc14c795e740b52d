// Arrays: { shape, kind, data }, the numbers in row-major order; kind is that of NumPy.

const STORED = {
  int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array,
  uint64: BigUint64Array, float32: Float32Array, float64: Float64Array, complex128: Float64Array,
};

// As the file stores them: a list of numbers, or bytes in base64, in the smallest kind that holds
// every number exactly.
function revive({ shape, kind, dtype = kind, data }) {
  if (Array.isArray(data)) return asKind({ shape, data }, kind);
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stored = new STORED[kind](bytes.buffer);
  if (kind === "complex128") {
    return { shape, kind: dtype, data: stored.filter((_, i) => i % 2 === 0),
      imaginary: stored.filter((_, i) => i % 2 === 1) };
  }
  if (kind === dtype && kind.startsWith("float")) return { shape, kind, data: stored };
  return { shape, kind: dtype, data: Float64Array.from(stored, Number) };
}

// Rounded as an array of this kind is.
function asKind({ shape, data }, kind) {
  return { shape, kind, data: (kind === "float32" ? Float32Array : Float64Array).from(data) };
}

// Of one shape, element by element.
function added(a, b) {
  return asKind({ shape: b.shape, data: b.data.map((x, i) => a.data[i] + x) }, b.kind);
}

const isWhole = ({ kind }) => /^(bool|u?int)/.test(kind ?? "");

function sizeOf(shape) {
  return shape.reduce((product, n) => product * n, 1);
}

function place(shape, index) {
  return index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
}

function at(array, index) {
  return array.data[place(array.shape, index)];
}

function unravel(flat, shape) {
  const index = new Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = flat % shape[axis];
    flat = Math.floor(flat / shape[axis]);
  }
  return index;
}

function inside(index, shape) {
  return index.length === shape.length
    && index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis]);
}

function sameShape(a, b) {
  return a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis]);
}

// The largest finite magnitude.
function largest({ data }) {
  let size = 0;
  for (const value of data) if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  return size;
}
