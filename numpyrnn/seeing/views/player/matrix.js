// An array as a heatmap with its numbers: one table for each block of the leading axes.

const LIMIT = 32;                                       // rows and columns of a large matrix
const BLOCKS = 12;                                      // blocks that are not folded away

// quantity: an event or a parent. options: role (result, parent, sum), side, variable, note, value,
// scale, decimals; selected, lit, outlined (positions); blocks (those not folded away), alone (the
// others left out); onselect.
function matrix(quantity, options) {
  const { value, variable, role, side } = options;
  const { name } = quantity;
  const meaning = axes(quantity);
  const note = options.note ?? sizeWords(meaning);
  const all = meaning.blocks.map((_, g) => g);
  const blocks = (options.blocks ?? all).slice(0, BLOCKS);
  const rest = options.alone ? [] : all.filter((g) => !blocks.includes(g));
  const words = [note, cutWords(meaning, quantity.trace)].filter(Boolean).join("; ");
  const table = (g) => block({ ...options, meaning, note, g });
  return element("figure", { class: `matrix ${role}`, "data-name": variable, "data-side": side },
    element("figcaption", {}, element("b", {}, symbol(variable)),
      element("span", { class: "note" }, words)),
    value.data.length ? element("div", { class: "blocks" }, blocks.map(table))
      : element("p", { class: "note" }, "no numbers"),
    rest.length ? fold(`${role} ${name}`, restWords(rest, meaning),
      () => element("div", { class: "blocks" }, rest.slice(0, LIMIT).map(table))) : null);
}

// How many numbers are drawn of an array.
function cellsOf({ shape }) {
  const [rows, columns] = matrixShape(shape).slice(-2).map((n) => Math.min(n, LIMIT));
  return rows * columns * Math.min(sizeOf(shape.slice(0, -2)), BLOCKS);
}

function restWords(rest, { blocks }) {
  const labels = rest.slice(0, LIMIT).map((g) => blocks[g].label);
  return `other blocks: ${labels.join(" ")}${rest.length > LIMIT ? " …" : ""}`;
}

// What is left out, and is not said at the top of the page.
function cutWords({ shape, rows, columns }, { shown }) {
  const [height, width] = shape.slice(-2);
  if (rows.length === height && columns.length === width) return "";
  if (shown.units) return `${rows.length} × ${columns.length} of ${height} × ${width}`;
  return `the first ${rows.length} × ${columns.length} of ${height} × ${width}`;
}

function block(options) {
  const { meaning, note, variable, g, lit } = options;
  const { shape, rowWord, columnWord } = meaning;
  const [height, width] = shape.slice(-2);
  const gate = meaning.blocks[g].label;
  const words = [spoken(variable), gate && `block ${gate}`, note || sizeWords(meaning)];
  const label = words.filter(Boolean).join(", ");
  const columns = meaning.columns.map((column) => element("th", {
    scope: "col", "aria-label": columnWord ? `${columnWord} ${column.at}` : "value",
  }, column.label));
  const corner = element("td", { class: "corner" },
    gate ? element("span", { class: "gate" }, gate) : null);
  const rows = meaning.rows.map((row) => element("tr", {},
    element("th", {
      scope: "row", "aria-label": rowWord ? `${rowWord} ${row.at}` : "value",
    }, row.label),
    meaning.columns.map((column) =>
      cellOf((g * height + row.at) * width + column.at, options))));
  const attributes = { role: "grid", "aria-label": label, class: lit ? "dimmed" : null };
  return made(element("table", attributes,
    element("thead", {}, element("tr", {}, corner, columns)), element("tbody", {}, rows)), options);
}

function cellOf(flat, { value, scale, decimals, selected, lit, outlined }) {
  const number = value.data[flat];
  const text = cellText(value, flat, decimals);
  const marks = {
    selected: flat === selected, lit: lit?.has(flat), outlined: outlined?.has(flat),
    bad: !Number.isFinite(number),
  };
  const words = [marks.outlined && "differs", marks.lit && "a parent"].filter(Boolean);
  return element("td", {
    class: Object.keys(marks).filter((mark) => marks[mark]).join(" ") || null,
    style: colourVariables(number, scale), title: full(number, value, flat), tabindex: "-1",
    "data-flat": flat, "data-value": number, "aria-selected": String(flat === selected),
    "aria-label": words.length ? [text, ...words].join(", ") : null,
  }, text);
}

// What is drawn only once it is opened.
function fold(keep, words, draw) {
  const details = element("details", { "data-keep": keep }, element("summary", {}, words));
  details.unfold = () => {
    if (details.open && details.children.length === 1) details.append(draw());
  };
  details.addEventListener("toggle", details.unfold);
  return details;
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
