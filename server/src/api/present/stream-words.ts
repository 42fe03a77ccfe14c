// Owns how the frames of a stream are written: the delivery as lists show it, and ids from which only a stream of the same workspace goes on.
// Must never show a number of the log: it counts what the whole instance does.
import { DELIVERY_FRAME, type DeliveryGap, GAP_FRAME } from '@timbre/contract/delivery-stream.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import type { StreamWriter } from '../../insight/stream/delivery-feed.ts'
import type { CursorCipher } from '../../platform/cursor-cipher.ts'
import type { ChangePosition } from '../../storage/storage.ts'
import { isoTime } from './iso-time.ts'
import { presentDeliverySummary } from './present-delivery.ts'

type Cursors = Pick<CursorCipher, 'sealText' | 'openText'>

export function streamWriter(cursors: Cursors): StreamWriter {
  const id = (workspaceId: string, behind: ChangePosition) =>
    `id: ${cursors.sealText(placeOf(workspaceId), positionText(behind))}\n`
  return {
    delivery: (workspaceId, behind, delivery, language) =>
      `${id(workspaceId, behind)}event: ${DELIVERY_FRAME}\ndata: ${JSON.stringify(presentDeliverySummary(delivery, language))}\n\n`,
    gap(workspaceId, behind, gap) {
      const shown: DeliveryGap = { from: isoTime(gap.from), until: isoTime(gap.until) }
      return `${id(workspaceId, behind)}event: ${GAP_FRAME}\ndata: ${JSON.stringify(shown)}\n\n`
    },
    // A frame without data is no event for a client, but its id counts (WHATWG HTML §9.2.6).
    position: (workspaceId, behind) => `${id(workspaceId, behind)}\n`,
  }
}

/** From where a stream goes on. Throws INVALID_CURSOR for what is no id of a frame of this workspace. */
export function streamPosition(cursors: Cursors, workspaceId: string, cursor: string): ChangePosition {
  const text = cursors.openText(placeOf(workspaceId), cursor)
  if (text === undefined) throw new Refusal('INVALID_CURSOR')
  const [tx = 0, seq = 0, nth = 0, at = 0] = text.split('.').map((digits) => Number.parseInt(digits, 36))
  return { tx, seq, nth, at }
}

function positionText({ tx, seq, nth, at }: ChangePosition): string {
  return [tx, seq, nth, at].map((number) => number.toString(36)).join('.')
}

function placeOf(workspaceId: string): string {
  return `stream ${workspaceId}`
}
