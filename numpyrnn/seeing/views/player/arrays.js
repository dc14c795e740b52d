// Arrays as the file stores them: a shape, and the numbers in row-major order.

function revive({ shape, data }) {
  return { shape, data: data.map(Number) };           // "NaN" and "Infinity" come as words
}

function place(shape, index) {
  return index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
}

function at(array, index) {
  return array.data[place(array.shape, index)];
}

function* indices(shape) {
  const count = shape.reduce((product, n) => product * n, 1);
  for (let flat = 0; flat < count; flat++) yield unravel(flat, shape);
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
function largest(...arrays) {
  let size = 0;
  for (const { data } of arrays) {
    for (const value of data) if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  }
  return size;
}
