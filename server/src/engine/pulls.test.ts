import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { SystemRandom } from '../platform/random.ts'
import type { DeliveryLease, NewPullLease, PeekedDelivery, PullLease, Storage } from '../storage/storage.ts'
import { Pulls } from './pulls.ts'
import { RateLimiter } from './rate-limiter.ts'
import { signingKeys } from './signer.ts'
import type { Target } from './targets.ts'
import { LEASED } from './testing/test-lanes.ts'

const DUE: PeekedDelivery = { ...LEASED, workspaceId: 'ours', eventId: 'e', place: 7, leaseToken: '', envelope: '{}' }

const TARGET: Target = {
  webhookId: 'h',
  workspaceId: 'ours',
  version: 1,
  url: 'pull:h',
  origin: 'null',
  isActive: true,
  headers: {},
  keys: signingKeys(`whsec_${Buffer.alloc(24).toString('base64')}`),
  previous: [],
  retrySchedule: null,
  rateLimitPerSecond: null,
}

/** Whoever asks is gone as soon as its lease is on disk. `held` says which lease is there when it is looked for. */
async function releasedAfterGone(held: (own: NewPullLease) => NewPullLease): Promise<readonly DeliveryLease[]> {
  const clock = new ManualClock()
  const leases: PullLease[] = []
  const released: DeliveryLease[] = []
  let isGone = () => {}
  const storage: Partial<Storage> = {
    peekPull: async () => ({ due: released.length === 0 ? [DUE] : [], nextDueAt: null }),
    leasePulled: async (asked) => {
      leases.push(...asked.map((own) => ({ ...DUE, ...held(own) })))
      isGone()
      return asked.map(() => true)
    },
    listPullLeases: async () => leases,
    releasePulled: async (given) => {
      released.push(...given)
    },
  }
  const onFault = (error: unknown) => {
    throw error
  }
  const dependencies = { clock, random: new SystemRandom(), onFault, rateLimiter: new RateLimiter({ clock }) }
  const pulls = new Pulls(
    {
      ...dependencies,
      // It asks for nothing else.
      storage: storage as Storage,
      targets: { get: () => TARGET },
      recorder: { record: async () => true },
      metrics: { attempted() {} },
      told: { attempted() {} },
    },
    { policy: { scheduleSeconds: [0], jitter: 0 }, userAgent: 'Timbre/test', inFlightPerWebhookMax: 10 },
  )
  const { given } = await pulls.pull({
    workspaceId: 'ours',
    webhookId: 'h',
    max: 1,
    waitMs: 0,
    leaseMs: 5000,
    remoteAddress: '203.0.113.7',
    requestKey: null,
    onGone: (listener) => {
      isGone = listener
    },
  })
  expect(given).toEqual([])
  return released
}

test('what nobody waits for any more is given back', async () => {
  const released = await releasedAfterGone((own) => own)
  expect(released).toMatchObject([{ id: 'd', place: 7 }])
})

test('what has ended meanwhile and is leased to another stays with that one', async () => {
  expect(await releasedAfterGone((own) => ({ ...own, leaseToken: 'of another' }))).toEqual([])
})
