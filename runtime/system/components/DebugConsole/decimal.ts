// Decimal numbers as text: up to nine digits before the point and as many behind it, so that sums are exact without
// floating point, which the hart does not have.
const DIGITS: i32 = 9;
const ONE: i64 = 1_000_000_000;

/** Null if one of them is no such number. */
export function sumOf(left: string, right: string): string | null {
  if (!isDecimal(left) || !isDecimal(right)) return null;
  let sum = valueOf(left) + valueOf(right);
  let size = sum < 0 ? -sum : sum;
  let text = (sum < 0 ? '-' : '') + (size / ONE).toString();
  let fraction = size % ONE;
  if (fraction == 0) return text;
  let digits = fraction.toString().padStart(DIGITS, '0');
  let end = DIGITS;
  while (digits.charCodeAt(end - 1) == 0x30) end--;
  return text + '.' + digits.slice(0, end);
}

/** A whole number from 0 to `most`; -1 for what is none. */
export function wholeNumberOf(text: string, most: u32): i64 {
  if (text.length == 0 || text.length > 10) return -1;
  let value: i64 = 0;
  for (let at = 0; at < text.length; at++) {
    let digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > <i64>most ? -1 : value;
}

function isDecimal(text: string): bool {
  let before = 0;
  let behind = 0;
  let isBehind = false;
  for (let at = hasSign(text) ? 1 : 0; at < text.length; at++) {
    let unit = text.charCodeAt(at);
    if (unit == 0x2e && !isBehind) isBehind = true;
    else if (unit < 0x30 || unit > 0x39) return false;
    else if (isBehind) behind++;
    else before++;
  }
  return before + behind > 0 && before <= DIGITS && behind <= DIGITS;
}

function valueOf(text: string): i64 {
  let value: i64 = 0;
  let behind = -1;
  for (let at = hasSign(text) ? 1 : 0; at < text.length; at++) {
    let unit = text.charCodeAt(at);
    if (unit == 0x2e) behind = 0;
    else {
      value = value * 10 + (unit - 0x30);
      if (behind >= 0) behind++;
    }
  }
  for (let left = max(behind, 0); left < DIGITS; left++) value *= 10;
  return text.charCodeAt(0) == 0x2d ? -value : value;
}

function hasSign(text: string): bool {
  return text.startsWith('-') || text.startsWith('+');
}
