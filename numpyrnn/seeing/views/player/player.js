// The page: one place in the trace, which every part of the page shows.

const SIZES = ["", "bigger", "biggest"];

const find = (id) => document.getElementById(id);
const root = document.documentElement;
const darkOutside = matchMedia("(prefers-color-scheme: dark)");

function read(id) {
  const text = find(id).textContent.trim();
  return text ? new Trace(JSON.parse(text)) : null;
}

const ours = read("trace");
const theirs = read("theirs");
const stops = align(ours, theirs);
const end = stops.length - 1;
const positions = new Map(stops.flatMap((stop, i) => sidesOf(stop).map(([, event]) => [event, i])));
const differing = stops.filter((stop) => stop.differs).map(({ event }) => event);
const badges = new Set(differing.map(({ phase, t }) => `${phase} ${t}`));
const state = { position: 0, element: null, theme: null, size: 0 };
const current = () => stops[state.position].event;
const themeNow = () => state.theme ?? (darkOutside.matches ? "dark" : "light");

const actions = {
  select(index) {
    const again = String(index) === String(state.element);
    show({ element: again ? null : index }, { visit: true });
  },
  parent({ event, variable, away }, index) {
    if (event) go(positions.get(event), { element: index, focus: true });
    else if (away) tell(`${variable} is of ${timeWords(away)}, which this page does not show.`);
    else tell(`${variable} is a parameter: it is given, not computed.`);
  },
  move: (by) => go(state.position + by),
  step: (direction) => go(timeline.neighbour(state.position, direction)),
  first: () => go(0),
  last: () => go(end),
  play() {
    if (playing.timer) return playing.stop();
    if (state.position === end) go(0);
    return playing.start();
  },
  release: () => show({ element: null }, { visit: true }),
  difference: () => theirs && goToDifference(state.position + 1),
  bigger: () => show({ size: (state.size + 1) % SIZES.length }),
  theme: () => show({ theme: themeNow() === "dark" ? "light" : "dark" }),
  help: () => find("help").showModal(),
};

const diagram = new Diagram(document.querySelector("#diagram svg"), ours, {
  onstep(t) {
    const { phase } = current();
    go(stops.findIndex(({ event }) => event.t === t && event.phase === phase));
  },
});
const timeline = new Timeline(stops, {
  onslide: (position) => go(position, { visit: false }),
  onpiece: (position) => go(position),
});
const equations = new Equations(ours, {
  online(template, { t, trace }) {
    go(positions.get(trace.events.find((e) => e.t === t && e.template === template)));
  },
});
const sums = new Sums(ours, theirs);
const playing = new Playing({
  onstep: () => state.position < end && go(state.position + 1, { visit: false, playing: true }),
  speed: find("speed"), button: find("play"),
});

// To another event, if there is one; a number stays chosen where the next array has the same shape.
function go(position, { element, visit = true, focus = false, playing: ticking = false } = {}) {
  if (!ticking) playing.stop();
  if (!stops[position]) return false;
  const alike = state.element && sameShape(current(), stops[position].event);
  show({ position, element: element ?? (alike ? state.element : null) }, { visit });
  if (focus) focusChosen();
  return true;
}

function goToDifference(from) {
  const after = stops.findIndex((stop, i) => i >= from && stop.differs);
  const position = after >= 0 ? after : stops.findIndex((stop) => stop.differs);
  if (position < 0) announce("The two traces do not differ.");
  else go(position, { element: worstElement(stops[position]), focus: true });
}

function show(change, { visit = false, write = true } = {}) {
  const moved = "position" in change && change.position !== state.position;
  Object.assign(state, change);
  const stop = stops[state.position];
  showLook(stop.event);
  timeline.update(state.position);
  equations.update(stop.event);
  showEvent(stop);
  sums.update(stop.event, state.position, stops);
  diagram.update(stop.event, badges);
  find("place").textContent = `${state.position + 1} of ${stops.length}`;
  for (const id of ["first", "previous"]) setOff(id, state.position === 0);
  for (const id of ["next", "last"]) setOff(id, state.position === end);
  if (write) writeAddress(state, visit);
  if (moved && !playing.rushed) announce(announcement(stop));
  else if (change.element) announce(find("element").textContent);
}

function setOff(id, off) {
  find(id).setAttribute("aria-disabled", String(off));
}

function showLook(event) {
  const theme = themeNow();
  Object.assign(root.dataset, { theme, size: SIZES[state.size], phase: event.phase });
  fitWidth();
  find("theme").textContent = theme === "dark" ? "Light" : "Dark";
  find("bigger").textContent = state.size === SIZES.length - 1 ? "Smaller" : "Bigger";
}

// How many columns fit, in units of the type, so that bigger type folds the page as a small
// window does.
function fitWidth() {
  const wide = innerWidth / parseFloat(getComputedStyle(root).fontSize);
  root.dataset.width = wide < 40 ? "narrow" : wide < 62 ? "middle" : "wide";
}

function showEvent(stop) {
  const focus = focusNow();
  const lone = loneWords(stop);
  find("headline").replaceChildren(...headline(stop),
    lone ? element("span", { class: "words" }, lone) : "");
  find("lines").replaceChildren(...codeLines(stop));
  find("element").replaceChildren(...elementPanel(stop, state.element, actions));
  keepFolds(() => find("matrices").replaceChildren(...matrices(stop, state.element, actions)));
  restoreFocus(focus);
}

function loneWords(stop) {
  if (!theirs || (stop.ours && stop.theirs)) return "";
  return stop.ours ? "(only in ours)" : "(only in theirs)";
}

function announcement(stop) {
  const { event } = stop;
  const { equation, symbols, changed, tree } = event.template;
  return [
    `${event.phase}, ${timeWords(event)}, `,
    equation === null ? "" : `equation ${equation}: `,
    event.isInput ? `${event.name} is given`
      : changed && !tree ? event.name : `${event.name} = ${symbols}`,
    changed ? `, ${CHANGED}` : "",
    loneWords(stop) && ` ${loneWords(stop)}`,
    stop.differs ? "; the two traces differ here" : "",
  ].join("");
}

function announce(words) {
  find("status").textContent = words;
}

// To everyone, below the formula.
function tell(words) {
  find("element").querySelector(".message")?.remove();
  find("element").append(element("p", { class: "message note" }, words));
  announce(words);
}

function restore() {
  playing.stop();
  const address = readAddress();
  const position = Math.min(address.position ?? 0, end);
  const fits = address.element && inside(address.element, stops[position].event.shape);
  show({ ...address, position, element: fits ? address.element : null }, { write: false });
}

function begin() {
  document.querySelector("h1").textContent = ours.title;
  find("part").textContent = partWords(ours);
  find("part").hidden = !find("part").textContent;
  find("sums").hidden = !ours.totals.size && !theirs?.totals.size;
  root.dataset.sums = find("sums").hidden ? "none" : "some";
  find("diagram").hidden = !diagram.says;
  root.dataset.passes = ours.goesBack || theirs?.goesBack ? "both" : "one";
  if (theirs) {
    find("verdict").append(...verdict(stops, ours, theirs));
    find("verdict").hidden = false;
    for (const part of document.querySelectorAll(".differ")) part.hidden = !differing.length;
  }
  const buttons = {
    first: actions.first, previous: () => actions.move(-1), play: actions.play,
    next: () => actions.move(1), last: actions.last, bigger: actions.bigger, theme: actions.theme,
    keys: actions.help, "first-difference": () => goToDifference(0),
    "next-difference": actions.difference,
  };
  for (const [id, action] of Object.entries(buttons)) find(id).addEventListener("click", action);
  document.querySelector("[data-skip]").addEventListener("click", (clicked) => {
    clicked.preventDefault();                           // the address is for the place in the trace
    find("now").focus();
  });
  darkOutside.addEventListener("change", () => show({}));
  addEventListener("resize", fitWidth);
  addEventListener("popstate", restore);
  addEventListener("hashchange", restore);
  watchOperands();
  listenToKeys(actions);
  restore();
}

begin();
