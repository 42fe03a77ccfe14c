// Owns the sustained rate as the other numbers use it: four webhooks at one receiver, one for each event.
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import type { LoadOrder, PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, type Rig } from './load/rig.ts'

export interface SustainedWay {
  readonly name: string
  /** Events of each publish request. */
  readonly batch: number
}

export const SUSTAINED_WAYS: readonly SustainedWay[] = [
  { name: 'batches of 100', batch: 100 },
  { name: 'own POSTs', batch: 1 },
]

export function makeOneWebhookEach(rig: Rig, timbre: TimbreProcess): Promise<PublishTarget> {
  return makeWebhooks(
    timbre,
    Array.from({ length: 4 }, (_, index) => [`${rig.urls[0]}/${index}`]),
  )
}

export function closedLoop(rig: Rig, target: PublishTarget, batch: number): LoadOrder {
  return {
    kind: 'publish closed',
    target,
    bodyBytes: BODY_BYTES.small,
    batch,
    connections: batch === 1 ? 64 : 4,
    fanOut: 1,
    outstandingMax: 1600,
    progressFile: rig.progressFile,
  }
}
