// What the axes of an array mean, in words and labels.

const numbers = (n) => Array.from({ length: n }, (_, i) => String(i));

// { blocks, blockWord, rows, rowWord, columns, columnWord }: labels, and what one of them is.
function axes(name, shape, { t, trace }) {
  const { gates, tokens, sizes } = trace;
  const bare = name.replace(/^Σ/, "").replace(/^d(?=[A-Za-z])/, "");
  const [rows, columns] = shape.slice(-2);
  const named = shape[0] === gates.length;
  const blocks = shape.length < 3
    ? { blocks: [""], blockWord: "" }
    : { blocks: named ? [...gates] : numbers(shape[0]), blockWord: named ? "gate" : "block" };
  const down = { rows: numbers(rows), rowWord: bare === "x" ? "input" : "unit" };
  const right = { columns: numbers(columns), columnWord: "sequence" };
  if (bare.startsWith("W")) {
    const fromInput = /^W_?x/.test(bare) || (columns === sizes.D && rows !== sizes.D);
    right.columnWord = fromInput ? "input" : "unit before";
  } else if (bare.startsWith("b")) {
    Object.assign(right, { columns: ["value"], columnWord: "" });
  } else if (tokens?.[t] && bare === "x" && columns === 1) {
    right.columns = [`“${tokens[t]}”`];
  } else {
    right.columns = right.columns.map((k) => `seq ${k}`);
  }
  return { ...blocks, ...down, ...right };
}

// "4 gates · 6 units × 2 sequences"
function sizeWords({ blockWord, rowWord, columnWord }, shape) {
  const many = (n, word) => (word ? `${n} ${word.split(" ")[0]}${n === 1 ? "" : "s"}` : String(n));
  const words = `${many(shape.at(-2), rowWord)} × ${many(shape.at(-1), columnWord)}`;
  return blockWord && shape[0] > 1 ? `${many(shape[0], blockWord)} · ${words}` : words;
}

// At least two axes: a number is a matrix of one, a list of numbers a column.
function matrixShape(shape) {
  return shape.length >= 2 ? shape : [...shape, ...new Array(2 - shape.length).fill(1)];
}
