// Owns SHA-256 (FIPS 180-4) for runtimes without Web Crypto: Node 18, and pages that were not loaded over https.
// Must never be used where crypto.subtle is there.

/** The 32 bytes of the digest. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const state = Uint32Array.from(INITIAL)
  const blocks = padded(message)
  for (let offset = 0; offset < blocks.byteLength; offset += 64) compress(state, blocks, offset)
  const digest = new DataView(new ArrayBuffer(32))
  for (const [index, word] of state.entries()) digest.setUint32(index * 4, word)
  return new Uint8Array(digest.buffer)
}

/** The message, a one bit, zeros, and the length in bits, so that it fills blocks of 64 bytes. */
function padded(message: Uint8Array): DataView {
  const blocks = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  blocks.set(message)
  blocks[message.length] = 0x80
  const view = new DataView(blocks.buffer)
  view.setBigUint64(blocks.length - 8, BigInt(message.length) * 8n)
  return view
}

function compress(state: Uint32Array, blocks: DataView, offset: number): void {
  const words = schedule(blocks, offset)
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight // the state always has eight words
  for (let index = 0; index < 64; index++) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + at(ROUNDS, index) + at(words, index)) | 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = at(state, index) + word
}

function schedule(blocks: DataView, offset: number): Uint32Array {
  const words = new Uint32Array(64)
  for (let index = 0; index < 16; index++) words[index] = blocks.getUint32(offset + index * 4)
  for (let index = 16; index < 64; index++) {
    const early = at(words, index - 15)
    const late = at(words, index - 2)
    const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    words[index] = at(words, index - 16) + low + at(words, index - 7) + high
  }
  return words
}

type Eight = [number, number, number, number, number, number, number, number]

function at(words: Uint32Array, index: number): number {
  return words[index] as number // every index here is within its array
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

/** The first 32 bits of the fractional parts of a root of each of the first primes (§4.2.2, §5.3.3). */
function fractions(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count)
  let found = 0
  for (let number = 2; found < count; number++) {
    if (isPrime(number)) words[found++] = (root(number) % 1) * 2 ** 32
  }
  return words
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return true
}

const ROUNDS = fractions(64, Math.cbrt)
const INITIAL = fractions(8, Math.sqrt)
