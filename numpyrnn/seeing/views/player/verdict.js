// The result of comparing two traces, in a sentence or two.

function verdict(stops, ours, theirs) {
  const names = (some) => {
    const all = stops.filter(some).map(({ event }) => event.name);
    return [...new Set(all)].join(", ");
  };
  const first = stops.find((stop) => stop.differs);
  const others = ({ ours, theirs }) => ours && theirs && valuesDiffer(ours, theirs);
  const other = first ? "" : names(others);
  const lone = [["ours", names((stop) => !stop.theirs)], ["theirs", names((stop) => !stop.ours)]];
  return [
    `Two traces, side by side: ours is ${ours.cell}, theirs ${theirs.cell}. `,
    first ? differenceWords(first) : "Every result is the same.",
    other ? ` Another quantity in theirs: ${other}.` : "",
    lone.map(([side, words]) => (words ? ` Only in ${side}: ${words}.` : "")),
  ].flat(Infinity);
}

function differenceWords(stop) {
  const { ours, theirs } = stop;
  const index = worstElement(stop);
  const [a, b] = [ours.value, theirs.value];
  const place = element("b", {}, `${ours.phase}, ${timeWords(ours)}, `, symbol(ours.name),
    index ? indexWords(index, ours) : "");
  return ["The first difference: ", place, index
    ? `, ours ${medium(at(a, index))}, theirs ${medium(at(b, index))}.`
    : `, of shape ${a.shape.join(" × ")} in ours and ${b.shape.join(" × ")} in theirs.`];
}
