// Keys of the whole page. Matrices keep the plain arrows for themselves (matrix.js), and controls
// keep the keys that they need.

function listenToKeys(actions) {
  document.addEventListener("keydown", (pressed) => {
    const { key, target, shiftKey } = pressed;
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (target.matches("select, summary") && key !== "?" && key !== "Escape") return;
    const onButton = target.matches("button, a");
    const action = {
      ArrowRight: () => (shiftKey ? actions.step(1) : actions.move(1)),
      ArrowLeft: () => (shiftKey ? actions.step(-1) : actions.move(-1)),
      PageDown: () => actions.step(1),
      PageUp: () => actions.step(-1),
      n: () => actions.move(1),
      p: () => actions.move(-1),
      Home: actions.first,
      End: actions.last,
      " ": onButton ? null : actions.play,
      Escape: actions.release,
      d: actions.difference,
      b: actions.bigger,
      t: actions.theme,
      "?": actions.help,
    }[key];
    if (!action) return;
    pressed.preventDefault();
    action();
  });
}
