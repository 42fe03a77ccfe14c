// Owns how strictly a request is checked: the options, their defaults, and the check of each.
// Must never fall back to less than what was asked for: a wrong option is an error, not a default.
import { checkedNumber } from '../checked-number.ts'

export interface VerifyOptions {
  /** How far `webhook-timestamp` may be from this machine's clock, in seconds: a finite number ≥ 0. Default 300. */
  readonly toleranceSeconds?: number
  /**
   * Refuse a request that has `x-supervisor-signature` alone. That header covers the body but no time, so whoever once
   * saw a request could send it again for ever, without its other headers; only remembering event ids (`once`) helps
   * then. Default true. `false` is for a service that sends no `webhook-*` headers; Timbre always does.
   */
  readonly requireTimestamp?: boolean
}

/** The options, completed. Throws a `TypeError` that names the wrong one. */
export function verifySettings(options: VerifyOptions): Required<VerifyOptions> {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object.')
  const { toleranceSeconds, requireTimestamp = true } = options
  if (typeof requireTimestamp !== 'boolean') throw new TypeError('requireTimestamp must be true or false.')
  return {
    toleranceSeconds: checkedNumber('toleranceSeconds', toleranceSeconds, { default: 300, min: 0 }),
    requireTimestamp,
  }
}
