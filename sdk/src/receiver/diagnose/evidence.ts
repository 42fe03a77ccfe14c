// Owns the checks of signatures in one diagnosis, and how much work they may be.
// Must never say what a right signature would be, nor compare in a time that tells it.
import { sameInConstantTime } from '../claim-holds.ts'
import { standardDigest, supervisorDigest } from '../digests.ts'
import type { Claim } from '../signature-headers.ts'

/** Of 256 KiB events these are 80 checks, of small ones as many as there are spellings. Less than a second in a browser. */
const CHECKS_MAX = 400
const BYTES_MAX = 20 * 1024 * 1024

export class Evidence {
  readonly #claims: readonly Claim[]
  #checks = 0
  #bytes = 0

  /** @param claims what the request claims, in each scheme that it has */
  constructor(claims: readonly Claim[]) {
    this.#claims = claims
  }

  /** How many digests were made. */
  get checks(): number {
    return this.#checks
  }

  /** Whether anything more may be tried. */
  get isExhausted(): boolean {
    return this.#checks >= CHECKS_MAX || this.#bytes >= BYTES_MAX
  }

  /** Counts the work of one digest that somebody else makes. */
  spend(bytes: number): void {
    this.#checks++
    this.#bytes += bytes
  }

  /** Whether the best claim of the request, the one with a time where there is one, is of this body and secret. */
  async holds(body: Uint8Array<ArrayBuffer>, secret: string): Promise<boolean> {
    const [claim] = this.#claims
    return claim !== undefined && (await this.place(claim, body, secret)) !== undefined
  }

  /** The place of the secret's digest in a claim, 0 for that of the current secret; undefined: it is not there. */
  async place(claim: Claim, body: Uint8Array<ArrayBuffer>, secret: string): Promise<number | undefined> {
    if (this.isExhausted) return undefined
    this.spend(body.length)
    const expected =
      claim.scheme === 'standard'
        ? await standardDigest({ ...claim, body }, secret)
        : await supervisorDigest(body, secret)
    const places = claim.digests.map((given) => sameInConstantTime(given, expected))
    return places.includes(true) ? places.indexOf(true) : undefined
  }
}
