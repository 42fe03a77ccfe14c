// Owns the format hostname (RFC 1123 §2.1): letters, digits, hyphens; and what `xn--` labels stand for (RFC 5890 §2.3.2.1).
import { isIdnLabel } from './idn-label.ts'

const LABEL = /^[a-z0-9-]+$/i
const LABEL_LENGTH_MAX = 63
const LENGTH_MAX = 253

export function isHostname(text: string): boolean {
  return text.length <= LENGTH_MAX && text.split('.').every(isLabel)
}

function isLabel(label: string): boolean {
  return isPlainLabel(label) && (label.slice(2, 4) !== '--' || isIdnLabel(label))
}

/** Letters, digits and hyphens, the last neither first nor last. */
export function isPlainLabel(label: string): boolean {
  return label.length <= LABEL_LENGTH_MAX && LABEL.test(label) && !label.startsWith('-') && !label.endsWith('-')
}
