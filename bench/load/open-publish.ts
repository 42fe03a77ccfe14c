// Owns publishing each event by its own POST at a fixed rate.
import { OpenLoad, type Send } from './open-load.ts'
import type { LoadOrder } from './orders.ts'
import { callId, dataText, eventText } from './payload.ts'
import { PublisherConnection } from './publisher-connection.ts'

/** More than are ever busy unless the server has stalled; what finds none free waits, and its time runs. */
const CONNECTIONS = 128

export function openPublish({ target, bodyBytes, perSecond }: Extract<LoadOrder, { kind: 'publish open' }>): OpenLoad {
  const free: PublisherConnection[] = []
  const waiting: ((connection: PublisherConnection) => void)[] = []
  const all: PublisherConnection[] = []
  const send: Send = async (nth, intendedAtMs) => {
    const agentId = target.agentIds[nth % Math.max(target.agentIds.length, 1)]
    const body = Buffer.from(eventText(dataText(bodyBytes, callId(nth), intendedAtMs), agentId))
    const connection = free.pop() ?? (await new Promise<PublisherConnection>((resolve) => waiting.push(resolve)))
    const status = await connection.post('one', body)
    const next = waiting.shift()
    if (next === undefined) free.push(connection)
    else next(connection)
    return status === 202
  }
  return new OpenLoad({
    perSecond,
    open: async () => {
      all.push(
        ...(await Promise.all(
          Array.from({ length: CONNECTIONS }, (_, nth) => new PublisherConnection(target, nth).start()),
        )),
      )
      free.push(...all)
      return send
    },
    close: async () => {
      for (const connection of all) connection.stop()
    },
  })
}
