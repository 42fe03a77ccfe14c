// Owns how a number of bytes is written: "5.4 GB", in units of a thousand, as disks are sold. Pure.
import type { Language } from '../../language/language.ts'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const
const STEP = 1000

export function byteText(bytes: number, language: Language): string {
  const size = Math.abs(bytes)
  const step = size < STEP ? 0 : Math.min(Math.floor(Math.log10(size) / 3), UNITS.length - 1)
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / STEP ** step)
}
