// Two traces side by side: aligned by time, phase, name and occurrence, with the differences.

// A stop of the timeline: what either side has there, and `event`, ours where there is one. An
// event that only one side has is a stop of its own, and no difference.
function makeStop(ours, theirs, differs = false) {
  return { ours, theirs, event: ours ?? theirs, differs };
}

const SIDES = ["ours", "theirs"];

// [["ours", event], ["theirs", event]], as far as they are there.
function sidesOf(stop) {
  return SIDES.map((side) => [side, stop[side]]).filter(([, event]) => event);
}

// Without a second trace, theirs is null everywhere.
function align(ours, theirs) {
  if (!theirs) return ours.events.map((event) => makeStop(event, null));
  const byKey = new Map(theirs.events.map((event) => [event.key, event]));
  const known = new Set(ours.events.map((event) => event.key));
  const stops = [];
  let next = 0;                                         // the first event of theirs not yet placed
  const placeTheirOwn = (until) => {
    for (; next < until; next++) {
      const own = theirs.events[next];
      if (!known.has(own.key)) stops.push(makeStop(null, own));
    }
  };
  for (const event of ours.events) {
    const match = byKey.get(event.key) ?? null;
    if (match) placeTheirOwn(match.index);
    stops.push(makeStop(event, match, match !== null && valuesDiffer(event, match)));
  }
  placeTheirOwn(theirs.events.length);
  const unlike = stops.filter(({ differs }) => differs).map(({ ours: event }) => event);
  const wrong = ours.events.some(isResult) ? unlike.some(isResult) : unlike.length > 0;
  return wrong ? stops : stops.map((stop) => ({ ...stop, differs: false }));
}

// A correct cell may use one of our names for something else. It is wrong if a result differs:
// what a step hands on, or its share of a gradient. Code without such names has to be the same.
const RESULTS = new Set(["h", "c", "dx", "dh_prev", "dc_prev"]);

function isResult({ name, occurrence, trace }) {
  return occurrence === 0
    && (RESULTS.has(name) || (name.startsWith("d") && name.slice(1) in trace.constants));
}

// Two values agree to rounding, relative to the largest number of ours or to 1, as in Python's
// compare().
const TOLERANCES = { float64: 1e-9, float32: 1e-4 };

function valuesDiffer(our, their) {
  return !sameShape(our, their) || differences(our.value, their.value, our.trace).size > 0;
}

// The positions at which two arrays of one shape differ.
function differences(a, b, trace) {
  const tolerance = (TOLERANCES[trace.dtype] ?? TOLERANCES.float32) * Math.max(1, largest(a));
  const positions = new Set();
  a.data.forEach((x, i) => {
    const y = b.data[i];
    const same = Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance;
    if (!same) positions.add(i);
  });
  return positions;
}

// The element that differs most, or null; NaN on one side only is more than any number.
function worstElement({ ours, theirs }) {
  if (!ours || !theirs || !sameShape(ours, theirs)) return null;
  const size = (i) => {
    const error = Math.abs(ours.value.data[i] - theirs.value.data[i]);
    return Number.isNaN(error) ? Infinity : error;
  };
  const positions = [...differences(ours.value, theirs.value, ours.trace)];
  if (!positions.length) return null;
  const worst = positions.reduce((a, b) => (size(b) > size(a) ? b : a));
  return unravel(worst, ours.shape);
}
