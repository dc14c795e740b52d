// The whole array of a tree: every element of it.

function evaluateTree(tree, look) {
  const shape = shapeOf(tree, look);
  const value = (_, flat) => expand(tree, look, unravel(flat, shape)).value;
  return { shape, data: Array.from({ length: sizeOf(shape) }, value) };
}
