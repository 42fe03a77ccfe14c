// Owns reading envelopes again for deliveries that waited without them: those that are wanted at the same time, in one call.
import type { EventLoop } from '../platform/event-loop.ts'
import type { Storage } from '../storage/storage.ts'
import { GroupCommit } from './group-commit.ts'
import type { HeldDelivery } from './held-delivery.ts'

export interface EnvelopeReaderDependencies {
  readonly storage: Pick<Storage, 'loadEnvelopes'>
  readonly loop: Pick<EventLoop, 'afterTick'>
}

/** Of one call, so that none keeps the disk from accepting for long: 1 to 2 ms. */
const BATCH_BYTES_MAX = 1024 * 1024

export class EnvelopeReader {
  readonly #reads: GroupCommit<HeldDelivery, string | null>
  #count = 0

  constructor({ storage, loop }: EnvelopeReaderDependencies) {
    this.#reads = new GroupCommit({
      commit: (batch) => storage.loadEnvelopes(batch.map(({ workspaceId, id, place }) => ({ workspaceId, id, place }))),
      weight: ({ envelope }) => envelope.size,
      batchWeightMax: BATCH_BYTES_MAX,
      loop,
    })
  }

  /** How many envelopes were read again. */
  get count(): number {
    return this.#count
  }

  /** Puts the text into the envelope of a delivery that uses it, or notes that it is gone. */
  async read(delivery: HeldDelivery): Promise<void> {
    const { envelope } = delivery
    if (envelope.text !== undefined) return
    this.#count++
    const text = await this.#reads.add(delivery)
    // Another delivery of the event may have been quicker: then its text is kept, and this one is not.
    if (text === null) envelope.isGone = true
    else if (envelope.users > 0) envelope.text ??= text
  }
}
