// Owns how a signal is shown: what a source said of a call.
import type { CallSignal } from '@timbre/contract/call.ts'
import { stateOf } from '../../insight/call-summary.ts'
import type { ListedSignalRow } from '../../storage/storage.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

export function presentSignal({ dedupeKey: _, state, occurredAt, receivedAt, ...row }: ListedSignalRow): CallSignal {
  return { ...row, state: stateOf(state), occurredAt: isoTimeOrNull(occurredAt), receivedAt: isoTime(receivedAt) }
}
