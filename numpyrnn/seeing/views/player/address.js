// The place in the trace, and the view, in the address: #e=57&n=3,1&theme=dark&size=1

function readAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const whole = (name) => (/^\d+$/.test(parameters.get(name) ?? "") ? Number(parameters.get(name)) : null);
  const element = parameters.get("n");
  return {
    position: whole("e"),
    element: element && /^\d+(,\d+)*$/.test(element) ? element.split(",").map(Number) : null,
    theme: ["light", "dark"].includes(parameters.get("theme")) ? parameters.get("theme") : null,
    size: Math.min(whole("size") ?? 0, SIZES.length - 1),
  };
}

// `visit`: an entry of its own in the browser's history. Quick steps share one, and where the
// page may not write its address (inside a notebook, say) it does without.
let visited = -Infinity;

function writeAddress({ position, element, theme, size }, visit) {
  const words = [`e=${position}`];
  if (element) words.push(`n=${element.join(",")}`);
  if (theme) words.push(`theme=${theme}`);
  if (size) words.push(`size=${size}`);
  const hash = `#${words.join("&")}`;
  if (hash === location.hash) return;
  const now = performance.now();
  const own = visit && now - visited > 500;
  if (visit) visited = now;
  try {
    history[own ? "pushState" : "replaceState"](null, "", hash);
  } catch {
    // an address that cannot be written
  }
}
