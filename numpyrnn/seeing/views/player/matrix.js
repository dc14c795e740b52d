// An array as a heatmap with its numbers: one table for each gate block, sequences by column.

const LIMIT = 32;                                       // rows and columns of a large matrix

// options: role (result, parent, sum), side, name, variable, note, value, event, scale, decimals;
// selected, lit, outlined (positions); blocks (those not folded away), alone (the others left out);
// onselect.
function matrix(options) {
  const { value, name, variable, event, role, side } = options;
  const shape = matrixShape(value.shape);
  const meaning = axes(name, shape, event);
  const note = options.note ?? sizeWords(meaning, shape);
  const [rows, columns] = shape.slice(-2);
  const all = meaning.blocks.map((_, g) => g);
  const blocks = options.blocks ?? all;
  const rest = options.alone ? [] : all.filter((g) => !blocks.includes(g));
  const words = [note, cutWords(rows, columns)].filter(Boolean).join("; ");
  const table = (g) => block({ ...options, shape, meaning, note, g, offset: g * rows * columns });
  return element("figure", { class: `matrix ${role}`, "data-name": variable, "data-side": side },
    element("figcaption", {}, element("b", {}, symbol(variable)),
      element("span", { class: "note" }, words)),
    element("div", { class: "blocks" }, blocks.map(table)),
    rest.length ? element("details", { "data-keep": `${role} ${name}` },
      element("summary", {}, `other blocks: ${rest.map((g) => meaning.blocks[g]).join(" ")}`),
      element("div", { class: "blocks" }, rest.map(table))) : null);
}

function cutWords(rows, columns) {
  if (rows <= LIMIT && columns <= LIMIT) return "";
  const corner = `${Math.min(rows, LIMIT)} × ${Math.min(columns, LIMIT)}`;
  return `the first ${corner} of ${rows} × ${columns}`;
}

function block(options) {
  const { shape, meaning, note, variable, g, offset, lit } = options;
  const { rowWord, columnWord } = meaning;
  const gate = meaning.blocks[g];
  const words = [spoken(variable), gate && `block ${gate}`, note || sizeWords(meaning, shape)];
  const label = words.filter(Boolean).join(", ");
  const columns = meaning.columns.slice(0, LIMIT).map((word, j) => element("th", {
    scope: "col", "aria-label": columnWord ? `${columnWord} ${j}` : "value",
  }, word));
  const corner = element("td", { class: "corner" },
    gate ? element("span", { class: "gate" }, gate) : null);
  const rows = meaning.rows.slice(0, LIMIT).map((word, i) => element("tr", {},
    element("th", { scope: "row", "aria-label": `${rowWord} ${i}` }, word),
    columns.map((_, j) => cellOf(offset + i * shape.at(-1) + j, options))));
  const attributes = { role: "grid", "aria-label": label, class: lit ? "dimmed" : null };
  return made(element("table", attributes,
    element("thead", {}, element("tr", {}, corner, columns)), element("tbody", {}, rows)), options);
}

function cellOf(flat, { value, scale, decimals, selected, lit, outlined }) {
  const number = value.data[flat];
  const marks = {
    selected: flat === selected, lit: lit?.has(flat), outlined: outlined?.has(flat),
    bad: !Number.isFinite(number),
  };
  const words = [marks.outlined && "differs", marks.lit && "a parent"].filter(Boolean);
  return element("td", {
    class: Object.keys(marks).filter((mark) => marks[mark]).join(" ") || null,
    style: colourVariables(number, scale), title: full(number), tabindex: "-1",
    "data-flat": flat, "data-value": number, "aria-selected": String(flat === selected),
    "aria-label": words.length ? [short(number), ...words].join(", ") : null,
  }, short(number, decimals));
}

// Ready for the mouse and the keyboard, in a box of its own to scroll in.
function made(table, { value, onselect }) {
  const entry = table.querySelector("td.selected, td.lit") ?? table.querySelector("tbody td");
  entry?.setAttribute("tabindex", "0");
  table.addEventListener("keydown", moveInside);
  table.addEventListener("focusin", ({ target }) => rove(table, target));
  const choose = (cell) => cell && onselect?.(unravel(Number(cell.dataset.flat), value.shape));
  table.addEventListener("click", ({ target }) => choose(target.closest("tbody td")));
  table.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Enter") return;
    pressed.preventDefault();
    choose(pressed.target.closest("tbody td"));
  });
  return element("div", { class: "scroll" }, table);
}

// One stop of the Tab key for a table: the cell that had the focus last.
function rove(table, cell) {
  if (!cell.matches("tbody td")) return;
  for (const other of table.querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
  cell.tabIndex = 0;
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function moveInside(pressed) {
  const move = MOVES[pressed.key];
  const cell = pressed.target.closest("tbody td");
  if (!move || !cell) return;
  if (["Shift", "Control", "Meta", "Alt"].some((key) => pressed.getModifierState(key))) return;
  pressed.preventDefault();                             // or the page takes it for next or previous
  const row = cell.parentElement;
  const rows = [...row.parentElement.children];
  const next = rows[rows.indexOf(row) + move[0]]?.children[cell.cellIndex + move[1]];
  if (next?.matches("td")) next.focus();
}
