// The timeline: a slider over all events, and below it a piece for each time step, the forward
// half and then the backward half.

class Timeline {
  constructor(stops, { onslide, onpiece }) {
    this.stops = stops;
    this.slider = document.getElementById("slider");
    this.slider.max = stops.length - 1;
    this.slider.addEventListener("input", () => onslide(Number(this.slider.value)));
    this.pieces = pieces(stops);
    this.drawPieces(onpiece);
    this.drawMarks();
  }

  drawPieces(onpiece) {
    const halves = document.getElementById("halves");
    for (const phase of ["forward", "backward"]) {
      const own = this.pieces.filter((piece) => piece.phase === phase);
      if (!own.length) continue;
      const total = own.reduce((sum, piece) => sum + piece.count, 0);
      const every = Math.ceil(own.length / 16);         // no room for more labels on a telephone
      const row = element("div", { class: "pieces" }, own.map((piece, k) => {
        const name = piece.t === null ? "the sums over time" : `t = ${piece.t}`;
        piece.button = element("button", {
          type: "button", tabindex: "-1", "aria-label": `${phase}, ${name}`,
          style: { "flex-grow": piece.count }, onclick: () => onpiece(piece.start),
        }, element("span", {}, k % every ? "" : piece.t === null ? "Σ" : String(piece.t)));
        return piece.button;
      }));
      halves.append(element("div", {
        class: `half ${phase}`, role: "group", "aria-label": `${phase} half`,
        style: { "flex-grow": total },
      }, row));
    }
  }

  drawMarks() {
    const marks = document.getElementById("marks");
    const first = this.stops.findIndex((stop) => stop.differs);
    this.stops.forEach((stop, i) => {
      if (!stop.differs) return;
      const left = `${(100 * i) / Math.max(1, this.stops.length - 1)}%`;
      marks.append(element("span", { style: { left } }));
      if (i === first) marks.append(flag(i / this.stops.length, left));
    });
  }

  update(position) {
    const { event } = this.stops[position];
    this.slider.value = position;
    this.slider.setAttribute("aria-valuetext", eventWords(event, position, this.stops.length));
    for (const piece of this.pieces) {
      const here = position >= piece.start && position < piece.start + piece.count;
      piece.button.setAttribute("aria-current", here ? "step" : "false");
      piece.button.classList.toggle("done", position >= piece.start + piece.count);
    }
  }

  // The first stop of the next or the previous time step.
  neighbour(position, direction) {
    const here = this.pieces.findIndex((piece) => position < piece.start + piece.count);
    if (direction < 0 && position > this.pieces[here].start) return this.pieces[here].start;
    const there = Math.min(Math.max(here + direction, 0), this.pieces.length - 1);
    return there === here && direction > 0 ? this.stops.length - 1 : this.pieces[there].start;
  }
}

function flag(share, left) {
  const late = share > 0.6;
  return element("span", { class: late ? "first late" : "first", style: { left } },
    late ? "first difference ▼" : "▼ first difference");
}

// Runs of stops in one phase and time step.
function pieces(stops) {
  const runs = [];
  stops.forEach((stop, start) => {
    const { t, phase } = stop.event;
    const last = runs.at(-1);
    if (last && last.t === t && last.phase === phase) last.count++;
    else runs.push({ t, phase, start, count: 1 });
  });
  return runs;
}

function timeWords(event) {
  return event.t === null ? "after all steps" : `t = ${event.t}`;
}

function eventWords(event, position, count) {
  const number = event.template.equation;
  return `event ${position + 1} of ${count}: ${event.phase}, ${timeWords(event)}, `
    + `${number === null ? "" : `equation ${number}, `}${spoken(event.name)}`;
}
