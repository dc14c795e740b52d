// Numbers as a person reads them, with a true minus sign.

const raised = (digits) => digits.replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).replace("-", "⁻");

function minus(text) {
  return text.replace(/^-/, "−");
}

function notFinite(value) {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
}

// In a matrix: at most `decimals` + 3 characters, decimal points below each other.
function short(value, decimals = 4) {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001 || size >= 99999) {
    return minus(value.toExponential(decimals - 3)).replace("e-", "e−").replace("e+", "e");
  }
  const before = Math.floor(Math.log10(Math.max(size, 1)));
  return minus(value.toFixed(Math.max(decimals - before, 0)));
}

// In a formula: four decimals or more, or four digits and a power of ten.
function medium(value) {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (Number.isInteger(value) && size < 1e4) return minus(String(value));
  if (size >= 0.01 && size < 1000) return minus(value.toFixed(4));
  if (size >= 0.001 && size < 0.01) return minus(value.toPrecision(4));
  const [digits, power] = value.toExponential(3).split("e");
  return `${minus(digits)}×10${raised(String(Number(power)))}`;
}

// Beside a selected number: all that the file has.
function full(value) {
  return Number.isFinite(value) ? minus(String(value)) : notFinite(value);
}
