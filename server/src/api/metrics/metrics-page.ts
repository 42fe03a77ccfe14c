// Owns what is given out at /metrics, wherever that is served: the text, made once in a while, and who may read it.
// Must never make the text for each reader: it takes milliseconds, and the response to a flood would be one of them for each.
import { hash, timingSafeEqual } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Clock } from '../../platform/clock.ts'

export interface MetricsPageDependencies {
  readonly clock: Clock
  readonly text: () => Promise<string>
  /** null: anybody may read. */
  readonly key: string | null
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const AGE_MS_MAX = 100

export class MetricsPage {
  readonly #dependencies: MetricsPageDependencies
  readonly #keyHash: Buffer | undefined
  #making: Promise<Buffer> | undefined

  constructor(dependencies: MetricsPageDependencies) {
    this.#dependencies = dependencies
    this.#keyHash = dependencies.key === null ? undefined : hashOf(dependencies.key)
  }

  /** Throws API_KEY_REQUIRED, API_KEY_INVALID. @param authorization the header */
  allow(authorization: string | undefined): void {
    if (this.#keyHash === undefined) return
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
    if (given === undefined) throw new Refusal('API_KEY_REQUIRED')
    if (!timingSafeEqual(hashOf(given), this.#keyHash)) throw new Refusal('API_KEY_INVALID')
  }

  /** At most 100 ms old. */
  text(): Promise<Buffer> {
    this.#making ??= this.#make()
    return this.#making
  }

  async #make(): Promise<Buffer> {
    const { clock, text } = this.#dependencies
    try {
      return Buffer.from(await text())
    } finally {
      clock.schedule(() => {
        this.#making = undefined
      }, AGE_MS_MAX)
    }
  }
}

function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}
