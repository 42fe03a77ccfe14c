// Owns the conformance suite: what every backend of the storage guarantees, each as a test. A backend's own test file
// calls it; there is no other definition of what a storage must do.
import { describe } from 'vitest'
import { acceptingConformance } from './accepting.ts'
import { anySequenceConformance } from './any-sequence.ts'
import { backlogConformance } from './backlog.ts'
import { callsConformance } from './calls.ts'
import { claimingConformance } from './claiming.ts'
import { configurationConformance } from './configuration.ts'
import { deletingConformance } from './deleting.ts'
import { evaluatingConformance } from './evaluating.ts'
import type { MakeStorage } from './fixture.ts'
import { historyConformance } from './history.ts'
import { idempotencyConformance } from './idempotency.ts'
import { instanceConformance } from './instance.ts'
import { orderingConformance } from './ordering.ts'
import { pullingConformance } from './pulling.ts'
import { queuedConformance } from './queued.ts'
import { recordingConformance } from './recording.ts'
import { removingConformance } from './removing.ts'
import { replayingConformance } from './replaying.ts'
import { secretsConformance } from './secrets.ts'
import { sessionsConformance } from './sessions.ts'
import { skippingConformance } from './skipping.ts'
import { sourcesConformance } from './sources.ts'
import { statisticsConformance } from './statistics.ts'
import { streamingConformance } from './streaming.ts'

export type { MakeStorage, StorageUnderTest } from './fixture.ts'

/** By theme. Each is a group of its own, so that it makes one storage per test for itself and none for the others. */
const THEMES = {
  events: acceptingConformance,
  'unmatched events': skippingConformance,
  idempotency: idempotencyConformance,
  claims: claimingConformance,
  attempts: recordingConformance,
  evaluations: evaluatingConformance,
  order: orderingConformance,
  removal: removingConformance,
  configuration: configurationConformance,
  deletion: deletingConformance,
  secrets: secretsConformance,
  sessions: sessionsConformance,
  history: historyConformance,
  calls: callsConformance,
  queued: queuedConformance,
  replays: replayingConformance,
  pulling: pullingConformance,
  statistics: statisticsConformance,
  backlog: backlogConformance,
  instance: instanceConformance,
  sources: sourcesConformance,
  sequences: anySequenceConformance,
  'log of changes': streamingConformance,
} satisfies Readonly<Record<string, (makeStorage: MakeStorage) => void>>

export type ConformanceTheme = keyof typeof THEMES

/** All that a storage guarantees. */
export const ALL_THEMES = Object.keys(THEMES) as readonly ConformanceTheme[]

/**
 * @param makeStorage makes a started storage with nothing in it; called for each test
 * @param themes fewer than all where another test of the same backend has the rest
 */
export function storageConformance(
  name: string,
  makeStorage: MakeStorage,
  themes: readonly ConformanceTheme[] = ALL_THEMES,
): void {
  describe(name, () => {
    for (const theme of themes) describe(theme, () => THEMES[theme](makeStorage))
  })
}
