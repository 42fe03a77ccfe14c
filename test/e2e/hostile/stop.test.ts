// Owns the attack of clients that keep the process from stopping: whatever they have begun, it exits with 0, which it does
// only when the stop took less than the 20 s after which it cuts itself short. Must never reach beyond 127.0.0.1.
import { afterEach, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { RawClient } from './raw-client.ts'

let timbre: TimbreProcess
let client: RawClient
afterEach(async () => {
  client?.close()
  await timbre.destroy()
})

test('clients that never end what they have begun do not keep the process from stopping', async () => {
  timbre = await new TimbreProcess().start()
  client = new RawClient(timbre.address)
  const { apiKey, workspaceId } = timbre
  const begun = [
    '',
    'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-',
    'POST /v1/webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    publish('sk_live_nobody', workspaceId),
    publish(apiKey, workspaceId),
  ]
  for (const bytes of begun) await client.open(bytes)
  await client.open('GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n', { reads: false })
  const dripping = await client.open(publish(apiKey, workspaceId))
  const drip = setInterval(() => dripping.write(' '), 100)
  dripping.once('close', () => clearInterval(drip))
  // What has been written before is read before: the connections of one process take turns.
  await fetch(`${timbre.address}/health/live`)
  expect(await timbre.stop()).toBe(0)
})

/** A request whose body has only begun. */
function publish(key: string, workspaceId: string): string {
  const headers = `authorization: Bearer ${key}\r\nx-workspace-id: ${workspaceId}\r\ncontent-type: application/json`
  return `POST /v1/events HTTP/1.1\r\nhost: x\r\n${headers}\r\ncontent-length: 100\r\n\r\n{`
}
