// Owns the check of options that are numbers, for the client and the receiver.
// Must never let NaN through: it comes from a variable that nobody set, every comparison with it is false, and so no limit holds.

export interface NumberRule {
  /** Taken when the option is left out (`undefined`). */
  readonly default: number
  readonly min: number
  /** Left out: any finite number. */
  readonly max?: number
}

/**
 * The option's value, or its default. Nothing is converted: neither `'300'` nor `null` is a number.
 * @throws TypeError that names the option, for anything that is no finite number or is out of range
 */
export function checkedNumber(name: string, value: unknown, rule: NumberRule): number {
  if (value === undefined) return rule.default
  const { min, max = Number.MAX_VALUE } = rule
  if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value
  const range = rule.max === undefined ? `a finite number, ${min} or more` : `a number from ${min} to ${rule.max}`
  throw new TypeError(`${name} must be ${range}, and is ${shown(value)}.`)
}

/** What was given, short. An option may hold anything, also a secret that was mixed up with it. */
function shown(value: unknown): string {
  return typeof value === 'number' || value === null ? String(value) : `of type ${typeof value}`
}
