// Owns sizes as an operator reads them.

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const

/** 1,234,567 → `1.2 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 'bytes'
  for (const next of UNITS) {
    if (value < 1000) break
    value /= 1000
    unit = next
  }
  return `${unit === 'bytes' ? value : value.toFixed(1)} ${unit}`
}
