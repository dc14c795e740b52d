// What the axes of an array mean, in words and labels. The cell gives the words; an axis without
// one is a row, a column, or the axis of its number.

const WORDS = { batch: "sequence" };                    // what a reader calls it

// A word or null for each axis. Where the file has none, those of the cells with a layer.
function axisWords(axes, name, shape, { sizes, gates }) {
  const gate = shape.length > 2 && shape[0] === gates.length;
  if (axes) return gate ? [axes[0] ?? "gate", ...axes.slice(1)] : axes;
  if (!sizes.H || shape.length < 2) return shape.map(() => null);
  const bare = name.replace(/^Σ/, "").replace(/^d(?=[A-Za-z])/, "");
  const [rows, columns] = shape.slice(-2);
  let right = "batch";
  if (bare.startsWith("W")) {
    const fromInput = /^W_?x/.test(bare) || (columns === sizes.D && rows !== sizes.D);
    right = fromInput ? "input" : "unit before";
  } else if (bare.startsWith("b")) {
    right = null;
  }
  const blocks = shape.slice(0, -2).map((n) => (n === gates.length ? "gate" : null));
  return [...blocks, bare === "x" ? "input" : "unit", right];
}

// { blocks, blockWord, rows, rowWord, columns, columnWord }: each a list of { at, label }, what is
// shown of the axis, and what one of them is. `quantity` is an event or a parent.
function axes(quantity) {
  const { name, trace } = quantity;
  const { t } = quantity.event ?? quantity.away ?? quantity.user;
  const shape = matrixShape(quantity.shape);
  const words = quantity.axes.length < 2 ? [...quantity.axes, null, null] : quantity.axes;
  const [rowWord, columnWord] = words.slice(-2);
  const [rows, columns] = shape.slice(-2);
  const token = /^d?x$/.test(name) && trace.tokens?.[t];
  const across = columnWord === "batch" && columns === 1 && token
    ? [{ at: 0, label: `“${token}”` }] : places(columnWord, columns, trace, "value");
  return {
    shape, rank: quantity.shape.length,
    blocks: blocksOf(words.slice(0, -2), shape.slice(0, -2), trace),
    blockWord: shape.length === 3 ? words[0] ?? "axis 0" : shape.length < 3 ? "" : "block",
    rows: places(rowWord, rows, trace, ""), rowWord: said(rowWord, rows, "row"),
    columns: across, columnWord: said(columnWord, columns, "column"),
  };
}

function said(word, n, otherwise) {
  return word ? WORDS[word] ?? word : n === 1 ? "" : otherwise;
}

// The places of an axis that are shown: the chosen units, else the first.
function places(word, n, trace, alone) {
  if (!word && n === 1) return [{ at: 0, label: alone }];
  const units = n === trace.sizes.H && word?.startsWith("unit") ? trace.shown.units : null;
  const all = units ?? Array.from({ length: Math.min(n, LIMIT) }, (_, i) => i);
  const label = (i) => (word === "batch" ? `seq ${i}` : nameOf(word, i, n, trace));
  return all.map((i) => ({ at: i, label: label(i) }));
}

const nameOf = (word, i, n, { gates }) =>
  (word === "gate" && n === gates.length ? gates[i] : String(i));

// One for each table: the leading axes, all of them together.
function blocksOf(words, shape, trace) {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => ({
    at: flat, label: unravel(flat, shape)
      .map((i, axis) => nameOf(words[axis], i, shape[axis], trace)).join(", "),
  }));
}

// "4 gates · 6 units × 2 sequences"
function sizeWords({ shape, rank, blockWord, rowWord, columnWord }) {
  if (rank < 2) return rank ? many(shape[0], rowWord === "row" ? "number" : rowWord) : "";
  const words = `${many(shape.at(-2), rowWord)} × ${many(shape.at(-1), columnWord)}`;
  const blocks = sizeOf(shape.slice(0, -2));
  return blockWord && blocks > 1 ? `${many(blocks, blockWord)} · ${words}` : words;
}

function many(n, word) {
  if (/\d$/.test(word)) return `${word} of ${n}`;
  const [noun] = word.split(" ");
  if (!noun || n === 1) return `${n} ${noun}`.trim();
  return `${n} ${noun}${/(s|x|ch|sh)$/.test(noun) ? "es" : "s"}`;
}

// At least two axes: a number is a matrix of one, a list of numbers a column.
function matrixShape(shape) {
  return shape.length >= 2 ? shape : [...shape, ...new Array(2 - shape.length).fill(1)];
}

// "[f, 3, 0]"
function indexWords(index, { shape, axes: words, trace }) {
  if (!index.length) return "";
  const named = trace.gates.length > 1;
  return `[${index.map((i, axis) => (named ? nameOf(words[axis], i, shape[axis], trace) : i))
    .join(", ")}]`;
}

// "units 0, 3, 5 of 64 and steps 10 to 20 of 50", or nothing.
function partWords({ shown, sizes }) {
  const words = [["unit", shown.units, sizes.H], ["step", shown.steps, sizes.T]]
    .filter(([, chosen]) => chosen)
    .map(([word, chosen, n]) => `${word}${chosen.length === 1 ? "" : "s"} ${runs(chosen)} of ${n}`);
  return words.length ? `This page shows ${words.join(" and ")}.` : "";
}

// "0 to 4, 7"
function runs(numbers) {
  const out = [];
  for (const n of numbers) {
    const last = out.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else out.push([n, n]);
  }
  const words = ([from, to]) =>
    (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`);
  return out.map(words).join(", ");
}
