// The colour of a number: blue below zero, orange above, the paper at zero, for both themes,
// told apart with every common kind of colour vision (Okabe & Ito 2008).

const PAPER = { light: [255, 255, 255], dark: [34, 39, 46] };
const BELOW = { light: [0, 114, 178], dark: [64, 160, 222] };
const ABOVE = { light: [230, 142, 0], dark: [236, 154, 30] };
const INK = { black: [0, 0, 0], white: [255, 255, 255] };

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const hex = (rgb) => `#${rgb.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;

// Black or white, whichever reads better: never below a contrast of 4.5.
function colour(value, scale, theme) {
  const share = scale > 0 && Number.isFinite(value) ? Math.min(1, Math.abs(value) / scale) : 0;
  const end = value < 0 ? BELOW[theme] : ABOVE[theme];
  const ground = PAPER[theme].map((c, i) => c + share * (end[i] - c));
  const ink = contrast(ground, INK.black) >= contrast(ground, INK.white) ? "#000000" : "#ffffff";
  return { ground: hex(ground), ink };
}

// Both themes as variables of the element, so that the style sheet (and the printer) may choose.
function colourVariables(value, scale) {
  const light = colour(value, scale, "light");
  const dark = colour(value, scale, "dark");
  return { "--lg": light.ground, "--li": light.ink, "--dg": dark.ground, "--di": dark.ink };
}
