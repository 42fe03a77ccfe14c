// Owns `multipleOf` for decimals: 19.99 is a multiple of 0.01, which no remainder of binary fractions says.
// A number is the decimal that JavaScript shows for it: the shortest one that is read as the same double.

interface Decimal {
  /** Without zeros at its end, unless it is 0. */
  readonly digits: bigint
  readonly exponent: number
}

/** @param divisor more than 0, and finite */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (!Number.isFinite(value)) return false
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0
  const { digits, exponent } = decimalOf(value)
  const by = decimalOf(divisor)
  if (digits === 0n) return true
  const shift = exponent - by.exponent
  // Of 17 digits at most, the last is not 0: what has to be divided by a power of ten is none of its multiples.
  if (shift < 0) return digits % (by.digits * 10n ** BigInt(Math.min(-shift, 40))) === 0n
  return (digits * powerOfTen(shift, by.digits)) % by.digits === 0n
}

function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const text = (whole + fraction).replace(/0+$/, '')
  const zeros = whole.length + fraction.length - text.length
  return { digits: BigInt(text === '' ? '0' : text), exponent: Number(exponent) - fraction.length + zeros }
}

/** 10 ** exponent modulo a number, by squaring: the exponent goes up to 632. */
function powerOfTen(exponent: number, modulus: bigint): bigint {
  let power = 1n % modulus
  let square = 10n % modulus
  for (let left = exponent; left > 0; left >>= 1) {
    if (left % 2 === 1) power = (power * square) % modulus
    square = (square * square) % modulus
  }
  return power
}
