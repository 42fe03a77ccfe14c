// Owns the conformance suite: what every backend of the storage guarantees, each as a test. A backend's own test file
// calls it; there is no other definition of what a storage must do.
import { describe } from 'vitest'
import { acceptingConformance } from './conformance/accepting.ts'
import { anySequenceConformance } from './conformance/any-sequence.ts'
import { claimingConformance } from './conformance/claiming.ts'
import { configurationConformance } from './conformance/configuration.ts'
import { deletingConformance } from './conformance/deleting.ts'
import type { MakeStorage } from './conformance/fixture.ts'
import { historyConformance } from './conformance/history.ts'
import { idempotencyConformance } from './conformance/idempotency.ts'
import { judgingConformance } from './conformance/judging.ts'
import { orderingConformance } from './conformance/ordering.ts'
import { recordingConformance } from './conformance/recording.ts'
import { removingConformance } from './conformance/removing.ts'
import { replayingConformance } from './conformance/replaying.ts'
import { secretsConformance } from './conformance/secrets.ts'
import { skippingConformance } from './conformance/skipping.ts'

export type { MakeStorage, StorageUnderTest } from './conformance/fixture.ts'

/** By theme. Each is a group of its own, so that it makes one storage per test for itself and none for the others. */
const THEMES: Readonly<Record<string, (makeStorage: MakeStorage) => void>> = {
  events: acceptingConformance,
  'unmatched events': skippingConformance,
  idempotency: idempotencyConformance,
  claims: claimingConformance,
  attempts: recordingConformance,
  judgements: judgingConformance,
  order: orderingConformance,
  removal: removingConformance,
  configuration: configurationConformance,
  deletion: deletingConformance,
  secrets: secretsConformance,
  history: historyConformance,
  replays: replayingConformance,
  sequences: anySequenceConformance,
}

/** @param makeStorage makes a started storage with nothing in it; called for each test */
export function storageConformance(name: string, makeStorage: MakeStorage): void {
  describe(name, () => {
    for (const [theme, conformance] of Object.entries(THEMES)) describe(theme, () => conformance(makeStorage))
  })
}
