// Owns the text of an event: the envelope that is signed and sent, with `data` as it was published; and what Timbre reads out of `data`:
// the call and the agent it is about. Must never serialise `data` again: integers beyond 2^53, key order and the spelling of numbers
// would be lost; nor refuse it for what is not there, or has another form, which is null.
import { Refusal } from '@timbre/contract/errors.ts'
import { CALL_ID_LENGTH_MAX, EVENT_BODY_BYTES_MAX, type EventPublish } from '@timbre/contract/event.ts'
import { parseId } from '@timbre/contract/ids.ts'
import { itemSpans, memberSpans, valueStart } from '../../platform/json/json-text.ts'

/** The text of `data` in the body of `POST /v1/events`, which is known to have it. */
export function dataText(bodyText: string, at = 0): string {
  const span = memberSpans(bodyText, at).get('data')
  return span === undefined ? '{}' : bodyText.slice(span.start, span.end)
}

/** The same for each item of the body of `POST /v1/events/batch`, when it is asked for. Throws BODY_TOO_LARGE naming the index. */
export function* dataTextsOfBatch(bodyText: string): Generator<string> {
  let index = 0
  for (const { start } of itemSpans(bodyText, valueStart(bodyText, 'events'))) {
    const text = dataText(bodyText, start)
    refuseLarge(text, index++)
    yield text
  }
}

/**
 * `{"id":…,"type":…,"created_at":…,"data":…}`: the seed's four fields, in its order.
 * @param event with an id and a time as we write them, which have nothing in them to be escaped
 */
export function envelopeText(event: {
  readonly id: string
  readonly type: string
  readonly createdAt: string
  readonly dataText: string
}): string {
  const { id, type, createdAt } = event
  return `{"id":"${id}","type":${JSON.stringify(type)},"created_at":"${createdAt}","data":${event.dataText}}`
}

function refuseLarge(text: string, index: number): void {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (text.length * 3 <= EVENT_BODY_BYTES_MAX || Buffer.byteLength(text) <= EVENT_BODY_BYTES_MAX) return
  throw new Refusal('BODY_TOO_LARGE', { limitBytes: EVENT_BODY_BYTES_MAX, index, path: `/events/${index}/data` })
}

type Data = Readonly<Record<string, unknown>>

/** `data.call_id` when it is a text that can be one. */
export function callIdOf(data: Data): string | null {
  const callId = data['call_id']
  return typeof callId === 'string' && callId !== '' && callId.length <= CALL_ID_LENGTH_MAX ? callId : null
}

/** The field `agentId` when it is there, null included; else `data.agent_id` when that is a UUID. */
export function agentIdOf({ agentId, data }: Pick<EventPublish, 'agentId' | 'data'>): string | null {
  const given: unknown = agentId === undefined ? data['agent_id'] : agentId
  return typeof given === 'string' ? (parseId('agent', given) ?? null) : null
}
