// Owns undici alone at a fixed rate.
import { Agent, request } from 'undici'
import { OpenLoad } from './open-load.ts'
import type { LoadOrder } from './orders.ts'
import { callId, dataText, envelope } from './payload.ts'

/** As many as Timbre may have to four webhooks. */
const CONNECTIONS = 64

export function openAlone({ target, bodyBytes, perSecond }: Extract<LoadOrder, { kind: 'alone open' }>): OpenLoad {
  const { urls, ca, headers } = target
  const dispatcher = new Agent({ connections: CONNECTIONS, allowH2: false, connect: { ca } })
  return new OpenLoad({
    perSecond,
    open: async () => async (nth, intendedAtMs) => {
      const body = envelope(dataText(bodyBytes, callId(nth), intendedAtMs))
      const answer = await request(urls[nth % urls.length] ?? '', {
        method: 'POST',
        dispatcher,
        body,
        headers: { ...headers },
      })
      await answer.body.dump()
      return answer.statusCode === 200
    },
    close: () => dispatcher.destroy(),
  })
}
