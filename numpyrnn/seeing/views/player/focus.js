// The matrices are drawn anew at every event: the focus goes back to the same number, and what
// was folded open stays open.

function focusNow() {
  const cell = document.activeElement?.closest?.("figure td");
  if (!cell) return null;
  const { dataset, classList } = cell.closest("figure");
  return { role: classList[1], name: dataset.name, side: dataset.side, flat: cell.dataset.flat };
}

function restoreFocus(focus) {
  if (!focus || document.activeElement?.closest?.("figure td")) return;
  const figure = figureOf(focus) ?? document.querySelector("figure.result");
  const cell = figure?.querySelector(`td[data-flat="${focus.flat}"]`)
    ?? figure?.querySelector("tbody td[tabindex='0']");
  cell?.focus({ preventScroll: true });
}

// The chosen number, with as little scrolling as will show it.
function focusChosen() {
  const cell = document.querySelector(".result td.selected");
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function figureOf({ role, name, side }) {
  return [...document.querySelectorAll(`figure.${role}`)]
    .find(({ dataset }) => dataset.name === name && dataset.side === side);
}

function keepFolds(draw) {
  const open = [...document.querySelectorAll("details[open]")].map(({ dataset }) => dataset.keep);
  draw();
  for (const fold of document.querySelectorAll("details")) {
    fold.open = open.includes(fold.dataset.keep);
    fold.unfold?.();
  }
}

// A number of the formula under the pointer or the focus points at its place in the matrix.
function point(target, on) {
  const operand = target.closest?.(".operand");
  if (!operand) return;
  const { variable, flat, side } = operand.dataset;
  const figure = figureOf({ role: "parent", name: variable, side });
  figure?.querySelector(`td[data-flat="${flat}"]`)?.classList.toggle("pointed", on);
}

function watchOperands() {
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, ({ target }) => point(target, true));
  }
  for (const kind of ["pointerout", "focusout"]) {
    document.addEventListener(kind, ({ target }) => point(target, false));
  }
}
