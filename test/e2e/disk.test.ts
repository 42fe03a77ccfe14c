import { ApiError } from '@getsupervisor/agents-studio-sdk'
import { afterEach, describe, expect, test } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { Receiver } from '../support/receiver.ts'
import { SmallDisk } from '../support/small-disk.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

const certificates = await makeCertificates()
const probe = SmallDisk.mount(1)
probe?.unmount()
const canMount = probe !== undefined
if (!canMount)
  console.log('The tests of a full and of a read-only disk need the right to mount a tmpfs; this user has not.')

let disk: SmallDisk
let timbre: TimbreProcess
let receiver: Receiver | undefined
afterEach(async () => {
  await timbre?.destroy()
  await receiver?.stop()
  disk?.unmount()
})

describe.runIf(canMount)('a disk', () => {
  test('that is full: publishers get 503 and nothing is acknowledged; once there is capacity all goes on and nothing is lost', async () => {
    disk = mounted(8)
    receiver = await new Receiver({ certificates }).start()
    timbre = await new TimbreProcess({ ca: certificates.ca, dataDir: disk.path }).start()
    const client = timbre.client({})
    const webhook = await client.webhooks.create({ url: receiver.url() })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
    const acknowledged = new Set<string>()
    const refusal = await publishUntilRefused(acknowledged)
    expect(refusal).toMatchObject({ status: 503, code: 'STORAGE_UNAVAILABLE', retryAfterSeconds: 5 })
    expect((await fetch(`${timbre.address}/health/live`)).status).toBe(200)

    disk.resize(256)
    const { id } = await until(
      () => client.events.publish(event('small')).catch(() => ({ id: '' })),
      (answer) => answer.id !== '',
    )
    acknowledged.add(id)
    const received = () => new Set(receiver?.requests.map(({ headers }) => String(headers['webhook-id'])))
    await until(
      async () => [...acknowledged].filter((one) => !received().has(one)).length,
      (missing) => missing === 0,
      30_000,
    )
    await until(
      () => client.webhooks.get(webhook.id),
      ({ successCount }) => successCount >= acknowledged.size,
      30_000,
    )
  })

  test('that is read-only stops the start with a sentence', async () => {
    disk = mounted(8)
    disk.makeReadOnly()
    timbre = new TimbreProcess({ dataDir: disk.path })
    await expect(timbre.start()).rejects.toThrow(/data directory .* cannot be written to: its file system is read-only/)
  })
})

function mounted(megabytes: number): SmallDisk {
  const made = SmallDisk.mount(megabytes)
  if (made === undefined) throw new Error('A tmpfs could be mounted a moment ago and now it cannot.')
  return made
}

function event(padding: string) {
  return { type: 'call.completed', data: { call_id: 'c', transcript: padding } } as const
}

/** Publishes 50 KB at a time, keeps the acknowledged ids, and gives the first refusal. */
async function publishUntilRefused(acknowledged: Set<string>): Promise<ApiError> {
  const { address, apiKey, workspaceId } = timbre
  const { createClient } = await import('@getsupervisor/agents-studio-sdk')
  const client = createClient({ baseUrl: address, apiKey, workspaceId, retry: { maxRetries: 0 } })
  for (let nth = 0; nth < 2000; nth++) {
    try {
      acknowledged.add((await client.events.publish(event('x'.repeat(50_000)))).id)
    } catch (error) {
      if (error instanceof ApiError) return error
      throw error
    }
  }
  throw new Error('The disk did not fill.')
}
