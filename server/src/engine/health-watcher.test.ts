// Owns the guarantees of what is announced of a webhook that keeps failing. Who is evaluated how: webhook-health.test.ts.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { healthSummary } from '../insight/health/health-words.ts'
import { type HealthStorage, readHealth } from '../insight/health/read-health.ts'
import { SystemRandom } from '../platform/random.ts'
import { NOTHING_OFFERED, type VerdictRow } from '../storage/storage.ts'
import { HealthWatcher } from './health-watcher.ts'

const HOUR_MS = 3_600_000
const clock = new ManualClock()
const webhook = {
  id: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
  workspaceId: '01990f2e-4300-7a20-8b3c-1e5f7d0a9b2c',
  url: 'https://receiver.example/hook',
  failingSince: clock.now() - 6 * HOUR_MS,
  lastFailureAt: clock.now(),
  warnedPercent: 0,
}
const attempt = {
  deliveryId: 'd',
  number: 1,
  trigger: 'automatic',
  startedAt: clock.now(),
  durationMs: 1,
  timings: { dns: null, connect: null, tls: null, firstByte: 1 },
  remoteAddress: '203.0.113.7',
  responseStatus: 503,
  outcome: 'answered',
  error: 'The receiver answered 503. Any 2xx counts as success.',
} as const

const READS: HealthStorage = {
  listBuckets: async () => [{ at: webhook.failingSince, cells: '{"answered|503|":7}' }],
  listDeliveries: async () => ({ rows: [], next: null }),
  listAttemptsOfDeliveries: async () => [attempt],
  listChangesOf: async () => [],
}

/** What is announced after so many hours of failures, of ten after which a webhook is disabled. */
async function announced(reads: HealthStorage, disableAfterHours: number) {
  const written: VerdictRow[] = []
  const faults: unknown[] = []
  const told: unknown[] = []
  const watcher = new HealthWatcher(
    {
      clock,
      random: new SystemRandom(),
      storage: {
        ...reads,
        listWebhooksToEvaluate: async () => [webhook],
        writeVerdict: async (verdict) => {
          written.push(verdict)
          return { written: true, leased: [], overflow: 1, pulled: ['pull'] }
        },
      },
      offer: () => NOTHING_OFFERED,
      onAnnounced: ({ overflow, pulled }) => told.push(...(overflow > 0 ? ['queued'] : []), ...pulled),
      onDisabled: () => {},
      onEvaluated: () => {},
      onFault: (error) => faults.push(error),
    },
    { disableAfterMs: disableAfterHours * HOUR_MS },
  )
  await watcher.runOnce()
  const [verdict] = written
  if (verdict === undefined) throw new Error('Nothing was announced.')
  const { type, data } = JSON.parse(verdict.announce.envelope)
  return { type, data, faults, told }
}

const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
const fitsItsType = (type: string, data: unknown) =>
  ajv.validate(BUILT_IN_EVENT_TYPES.find(({ key }) => key === type)?.schema ?? false, data)

test.each([
  ['webhook.failing', 10, true, null],
  ['webhook.disabled', 6, false, 'failing'],
] as const)(
  '%s says the sentences of the health of the webhook, in both languages',
  async (type, hours, isActive, reason) => {
    const { data, ...told } = await announced(READS, hours)
    const report = await readHealth(READS, { ...webhook, isActive, disabledReason: reason }, clock.now())
    expect(told).toEqual({ type, faults: [], told: ['queued', 'pull'] })
    expect(report.causes).toMatchObject([{ cause: 'status_5xx', count: 7 }])
    expect(data).toMatchObject({
      webhook_id: webhook.id,
      last_error: attempt.error,
      summary: healthSummary(report, 'en'),
      summary_es: healthSummary(report, 'es'),
    })
    expect(fitsItsType(type, data)).toBe(true)
  },
)

test('is announced in fewer words where its health cannot be read', async () => {
  const fault = new Error('down')
  const { type, data, faults } = await announced({ ...READS, listBuckets: () => Promise.reject(fault) }, 10)
  expect([type, faults]).toEqual(['webhook.failing', [fault]])
  expect(Object.keys(data)).toEqual(['webhook_id', 'url', 'failing_since', 'failing_percent'])
  expect(fitsItsType(type, data)).toBe(true)
})
