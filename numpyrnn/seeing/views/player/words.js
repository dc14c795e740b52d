// Making page elements, and names and formulas in the look of mathematics.

// element("td", { class: "x", onclick: f }, "text", child): text is never read as markup.
function element(tag, attributes = {}, ...children) {
  const made = tag.startsWith("svg:")
    ? document.createElementNS(document.querySelector("svg").namespaceURI, tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") setStyle(made, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

function setStyle(made, style) {
  for (const [key, value] of Object.entries(style)) made.style.setProperty(key, value);
}

const UPRIGHT = new Set(["tanh", "relu", "exp", "log", "sqrt", "abs", "sign", "σ", "φ"]);
const NAME = /[A-Za-zα-ωΑ-Ω]+\d*(?:_\w+)*'*/uy;

// dW_hh becomes dW with hh below; h' and h_prev become h′.
function symbol(name) {
  if (/^Σ./u.test(name) && name[1] !== "_") return ["Σ ", symbol(name.slice(1))];
  if (/[[.]/.test(name)) return mathematics(name);      // d['a'], states[-1], self.h
  const bare = name.replace(/ of step -?\d+$/, "");     // its step is said beside it
  const [, d, letters, digits, below, primes] =
    /^(d?)([^_'\d]+)(\d*)((?:_\w+)*)('*)$/u.exec(bare) ?? [null, "", bare, "", "", ""];
  let lower = [digits, below.slice(1)].filter(Boolean).join(" ");
  let prime = "′".repeat(primes.length);
  if (lower === "prev") [lower, prime] = ["", "′"];
  if (letters === "Σ") return ["Σ", lower ? element("sub", {}, lower) : null];
  if (UPRIGHT.has(letters)) {
    return [element("span", { class: "function" }, d + letters), lower ? [" ", symbol(lower)] : []];
  }
  return [
    d ? element("span", { class: "d" }, "d") : null,
    element("i", {}, letters), lower ? element("sub", {}, lower) : null, prime,
  ];
}

const OVER = /(Σ|max|min|mean|var|std|softmax)_(axis \d+|axes \d+(?:, \d+)*)/uy;
const KEY = /\['[^']*'\]/uy;
const CALLED = /[A-Za-z]\w*(?=\()/uy;
const AS_IT_IS = /\d+(?:\.\d*)?(?:e[-+]?\d+)?|\b(?:if|else|at|and|or|not|in)\b/uy;

// What a formula in plain text is made of, and its elements.
const PIECES = [
  [OVER, ([, word, below]) => [
    element("span", { class: "function" }, word), element("sub", {}, below)]],
  [KEY, ([text]) => text],
  [CALLED, ([name]) => element("span", { class: "function" }, name)],
  [AS_IT_IS, ([text]) => text.replace("-", "−")],
  [NAME, ([name]) => symbol(name)],
];

// A formula in plain text, as elements: names in italics with subscripts, the rest as it is.
function mathematics(text) {
  const parts = [];
  let position = 0;
  const next = () => {
    for (const [pattern, made] of PIECES) {
      pattern.lastIndex = position;
      const match = pattern.exec(text);
      if (match) return [pattern.lastIndex, made(match)];
    }
    let end = position + 1;
    while (end < text.length && !/[\dA-Za-zα-ωΑ-Ω[]/u.test(text[end])) end++;
    return [end, text.slice(position, end).replaceAll(" - ", " − ").replace(/-$/, "−")];
  };
  while (position < text.length) {
    const [end, made] = next();
    parts.push(made);
    position = end;
  }
  return parts;
}

// What a screen reader says for a name.
function spoken(name) {
  return name.replace(/'/g, " previous").replace(/_prev\b/g, " previous").replaceAll("_", " ");
}

// Which way an event's numbers run. The selector keeps the arrows from being drawn as emoji.
const ARROWS = { forward: "▶\uFE0E", backward: "◀\uFE0E" };

// A name inside the drawing: what stands behind the underscore is small.
function label(name) {
  const spaced = name.replace(/_prev$/, "′").replace(/(?<=[a-z])(\d+)$/, "_$1");
  const [head, ...below] = spaced.split("_");
  if (!below.length) return [head];
  return [head, element("svg:tspan", { class: "small", dy: 5 }, below.join(" "))];
}

// A long name gets smaller letters.
function shrink(text, width) {
  text.style.fontSize = "";
  const share = width / text.getComputedTextLength();
  if (share < 1) text.style.fontSize = `${parseFloat(getComputedStyle(text).fontSize) * share}px`;
}
