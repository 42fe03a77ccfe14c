// Owns the world of an e2e test: a real process, a real HTTPS receiver, and the client between them.
import { randomUUID } from 'node:crypto'
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import { makeCertificates } from '../support/certificates.ts'
import { Receiver, type Script } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'

export interface World {
  readonly timbre: TimbreProcess
  readonly receiver: Receiver
  readonly client: Client
  /** A webhook at the receiver with one subscription. */
  subscribe(path?: string, eventKey?: string): Promise<Webhook>
  /** Publishes one event of the type with a new call. */
  publish(type?: string): Promise<string>
  end(): Promise<void>
}

const certificates = await makeCertificates()

export async function makeWorld(settings: Readonly<Record<string, string>> = {}, script?: Script): Promise<World> {
  const receiver = await new Receiver({ certificates, ...(script === undefined ? {} : { script }) }).start()
  const timbre = await new TimbreProcess({ ca: certificates.ca, settings }).start()
  const world = {
    timbre,
    receiver,
    get client() {
      return timbre.client()
    },
    async subscribe(path = '/hook', eventKey = 'call.completed') {
      const webhook = await world.client.webhooks.create({ url: receiver.url(path) })
      await world.client.webhooks.createSubscription(webhook.id, { eventKey })
      return webhook
    },
    async publish(type = 'call.completed') {
      return (await world.client.events.publish({ type, data: { call_id: randomUUID() } })).id
    },
    async end() {
      await timbre.destroy()
      await receiver.stop()
    },
  }
  return world
}
