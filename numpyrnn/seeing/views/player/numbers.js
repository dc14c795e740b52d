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

// Of an array: whole numbers as they are, complex ones in their two parts.
function cellText(array, flat, decimals) {
  const value = array.data[flat];
  if (array.imaginary) return complexText(value, array.imaginary[flat], (x) => short(x, decimals));
  return isWhole(array) && Math.abs(value) < 1e7 ? minus(String(value)) : short(value, decimals);
}

function complexText(real, imaginary, write) {
  const part = write(imaginary);
  return `${write(real)}${part.startsWith("−") ? " " : " +"}${part}i`;
}

// Beside a selected number: all its digits, those of a float32 as few as tell it from its
// neighbours.
function full(value, array = {}, flat = 0) {
  if (array.imaginary) return complexText(value, array.imaginary[flat], full);
  if (!Number.isFinite(value)) return notFinite(value);
  if (array.kind === "float32") {
    for (let digits = 6; digits < 9; digits++) {
      const text = Number(value.toPrecision(digits));
      if (Math.fround(text) === value) return minus(String(text));
    }
  }
  return minus(String(value));
}
