// Owns what a check of `timbre doctor` finds.

export interface Finding {
  /** What was looked at: `port`, `disk`, `master key`. */
  readonly of: string
  /** `wrong`: a start or a delivery would fail; `uncertain`: it works, and may not for long; `unknown`: it could not be seen. */
  readonly state: 'good' | 'uncertain' | 'wrong' | 'unknown'
  /** What is there, and where something is wrong what to do, in sentences. */
  readonly says: string
}

export const good = (of: string, says: string): Finding => ({ of, state: 'good', says })
export const wrong = (of: string, says: string): Finding => ({ of, state: 'wrong', says })
export const uncertain = (of: string, says: string): Finding => ({ of, state: 'uncertain', says })
export const unknown = (of: string, says: string): Finding => ({ of, state: 'unknown', says })

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
}
