// Owns the token that ties the start of a replay to the preview of the very same one.
// Must never be made of anything that the caller could make: it is sealed for one workspace and one credential.
import { hash } from 'node:crypto'

/** Seals a text so that only its holder's own service opens it. The text is short, and of ASCII. */
export interface Seal {
  seal(text: string): string
  /** undefined: it was sealed elsewhere or for somebody else, or is no sealed text at all. */
  open(token: string): string | undefined
}

/** Long enough for a person to look at it, too short for what is there to be another thing by then. */
const LIVES_MS = 10 * 60_000

export interface PreviewedReplay {
  readonly webhookId: string
  readonly since: string
  readonly until: string
  readonly only: string
  readonly eventKeys?: readonly string[]
}

/** @param now milliseconds since 1970 */
export function previewToken(seal: Seal, replay: PreviewedReplay, now: number): string {
  return seal.seal(`${now + LIVES_MS} ${fingerprint(replay)}`)
}

/** Whether this very replay was previewed, and a moment ago. */
export function isPreviewed(seal: Seal, token: string, replay: PreviewedReplay, now: number): boolean {
  const [endsAt, print] = seal.open(token)?.split(' ') ?? []
  return print === fingerprint(replay) && now < Number(endsAt)
}

/** When a token that is made now ends. */
export function previewEnds(now: number): number {
  return now + LIVES_MS
}

function fingerprint({ webhookId, since, until, only, eventKeys }: PreviewedReplay): string {
  return hash('sha256', JSON.stringify([webhookId, since, until, only, eventKeys ?? null]), 'hex')
}
