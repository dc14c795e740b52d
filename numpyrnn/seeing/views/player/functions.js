// What an operation makes of single numbers, as NumPy does; a truth is 1 or 0.

const FUNCTIONS = {
  "σ": (x) => 0.5 * (1 + Math.tanh(0.5 * x)),
  tanh: Math.tanh,
  relu: (x) => (x > 0 ? x : 0),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  exp: Math.exp, expm1: Math.expm1, exp2: (x) => 2 ** x,
  log: Math.log, log1p: Math.log1p, log2: Math.log2, log10: Math.log10,
  sqrt: Math.sqrt, abs: Math.abs, sign: Math.sign, floor: Math.floor, ceil: Math.ceil,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, arctan: Math.atan,
  sinh: Math.sinh, cosh: Math.cosh,
  // Slopes are written with the function's value, as the cells keep it.
  "σ'": (y) => y * (1 - y),
  "tanh'": (y) => 1 - y * y,
  "relu'": (y) => (y > 0 ? 1 : 0),
};

const ARITHMETIC = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

// Of two numbers.
const PAIRS = {
  ...ARITHMETIC,
  maximum: Math.max, minimum: Math.min,
  "<": (a, b) => Number(a < b), "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b), ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b), "!=": (a, b) => Number(a !== b),
  and: (a, b) => Number(Boolean(a) && Boolean(b)),
  or: (a, b) => Number(Boolean(a) || Boolean(b)),
};

const ELEMENTWISE = new Set([...Object.keys(PAIRS), "neg", "not", "pow", "call", "cast", "where"]);

// A number in another kind.
function castTo(kind, value) {
  if (kind === "bool") return Number(value !== 0);
  if (kind === "float32") return Math.fround(value);
  return isWhole({ kind }) ? Math.trunc(value) : value;
}
