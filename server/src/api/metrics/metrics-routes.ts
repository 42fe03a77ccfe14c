// Owns /metrics on the port of the API. It is not there when it has a port of its own (TIMBRE_METRICS_PORT).
import { Refusal } from '@timbre/contract/errors.ts'
import type { FastifyInstance } from 'fastify'
import type { FrontDoor } from '../http/front-door.ts'
import { costOf } from '../limits/strangers.ts'
import { METRICS_TYPE, type MetricsPage } from './metrics-page.ts'

export function registerMetricsRoute(app: FastifyInstance, page: MetricsPage, door: FrontDoor): void {
  app.get('/metrics', async (request, reply) => {
    try {
      page.allow(request.headers.authorization)
    } catch (error) {
      if (error instanceof Refusal) await door.doorkeeper.refuse(request.raw, error)
      throw error
    }
    const text = await page.text()
    await door.strangers.pace(door.addresses.of(request.raw), costOf(text.length))
    return reply.type(METRICS_TYPE).send(text)
  })
}
