// Calls that a provider forgot, on a clock that the test moves, over the real engine and a real file.

import { SAMPLE_START_MS, sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { signedBy, TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import type { SourceKind } from '@timbre/contract/source.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { IDLE_LOOP } from '../platform/event-loop.ts'
import { SystemRandom } from '../platform/random.ts'
import type { SendEnd, TransportRequest } from '../platform/transport.ts'
import { SqliteStorage } from '../storage/sqlite/sqlite-storage.ts'
import type { AcceptRequest, NewEvent, Storage } from '../storage/storage.ts'
import { NOTHING_OFFERED } from '../storage/storage.ts'
import { SILENCE_GRACE_MS } from './call-tracker.ts'
import { PROVIDERS } from './providers.ts'
import { SourceIntake } from './source-intake.ts'
import { writeSetup } from './source-setup.ts'
import { SourceWatchdog } from './source-watchdog.ts'
import { newCall } from './tracked-call.ts'

const URL_OF = 'https://timbre.example/sources/x'
const WORKSPACE = '019c0000-0000-7000-8000-000000000001'
const plainVault = { seal: (text: string) => text, open: (text: string) => text }

let clock: ManualClock
let storage: Storage
let published: NewEvent[]

beforeEach(async () => {
  clock = new ManualClock(SAMPLE_START_MS)
  const random = new SystemRandom()
  storage = new SqliteStorage({ file: ':memory:', random, clock })
  await storage.start()
  published = []
  const audit = {
    id: random.uuid(1),
    workspaceId: null,
    actor: 'admin',
    targetId: 'x',
    changedFields: [],
    remoteAddress: null,
  }
  const context = { now: clock.now(), audit: { ...audit, action: 'workspace.created' as const } }
  await storage.createWorkspace({ id: WORKSPACE, name: 'w', retentionDays: null, createdAt: 1 }, context)
})
afterEach(() => storage.stop())

/** A node: what it publishes is in `published` once it is written. */
function node(response = '') {
  const engine = {
    async accept(request: AcceptRequest) {
      const { results } = await storage.acceptEvents([request], NOTHING_OFFERED)
      const [result] = results
      if (result === undefined) throw new Error('a request has a result')
      if (result.kind === 'accepted') published.push(...request.events)
      return result
    },
  }
  const intake = new SourceIntake({
    storage,
    engine,
    vault: plainVault,
    clock,
    loop: IDLE_LOOP,
    random: new SystemRandom(),
  })
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const asked: TransportRequest[] = []
  const transport = {
    async send(request: TransportRequest): Promise<SendEnd> {
      asked.push(request)
      return {
        kind: 'answered',
        responseStatus: response === '' ? 500 : 200,
        responseHeaders: {},
        responseBody: response,
        durationMs: 1,
        timings: { dns: null, connect: null, tls: null, firstByte: null },
        remoteAddress: null,
        error: null,
      }
    },
  }
  const trusted = { begin: () => {}, now: async () => clock.now() }
  const watchdog = new SourceWatchdog({
    trusted,
    vault: plainVault,
    transport,
    clock,
    storage,
    intake,
    retentionDays: 30,
    onFault,
  })
  return { intake, watchdog, faults, asked }
}

async function makeSource(kind: SourceKind, apiKey: string | null = null) {
  const random = new SystemRandom()
  const row = {
    workspaceId: WORKSPACE,
    id: random.uuid(clock.now()),
    name: kind,
    kind,
    token: random.uuid(1),
    sealed: JSON.stringify({ secret: TEST_SECRETS[kind], previous: [], apiKey }),
    secretPreview: '',
    previousSecretExpiresAt: null,
    hasApiKey: false,
    setup: writeSetup({ publicUrl: null, agentMap: {}, verification: null, fields: null }),
    version: 1,
    createdAt: 1,
    updatedAt: 1,
  }
  const audit = {
    id: random.uuid(1),
    workspaceId: WORKSPACE,
    actor: 'admin',
    targetId: 'x',
    changedFields: [],
    remoteAddress: null,
  }
  await storage.createSource(row, 9, { now: 1, audit: { ...audit, action: 'source.created' } })
  return row
}

const types = () => published.map(({ type }) => type)
const last = () => JSON.parse(published.at(-1)?.envelope ?? '{}').data

describe('the watchdog', () => {
  test('closes a call that its provider forgot, once, and only when it could have ended by itself', async () => {
    const source = await makeSource('vapi')
    const { intake, watchdog, asked } = node()
    const [started = {}, , , , ended = {}] = sampleCall('vapi', 'forgotten')
    await intake.take(source, signedBy({ kind: 'vapi', url: URL_OF, payload: started, now: clock.now() }))
    await clock.advance(PROVIDERS.vapi.callMsMax + SILENCE_GRACE_MS - 10_000)
    await watchdog.closeOnce()
    expect(types()).toEqual(['call.status.updated'])
    await clock.advance(20_000)
    await watchdog.closeOnce()
    expect(types()).toEqual(['call.status.updated', 'call.status.updated', 'call.error'])
    expect(last()).toMatchObject({ call_status: 'error', error_code: 'provider_silent' })
    await clock.advance(24 * 3_600_000)
    await watchdog.closeOnce()
    expect(types()).toHaveLength(3)
    // Without a key nobody is asked.
    expect(asked).toEqual([])
    // The end comes after all.
    await intake.take(source, signedBy({ kind: 'vapi', url: URL_OF, payload: ended, now: clock.now() }))
    expect(types()).toHaveLength(4)
    expect(last()).toMatchObject({ call_status: 'ended', amends: published[2]?.id })
  })

  test('says that everything is known when nothing more comes after the end', async () => {
    const source = await makeSource('twilio')
    const { intake, watchdog } = node()
    // Without the recording, which not every call has.
    for (const payload of sampleCall('twilio', 'CA1').slice(0, 4)) {
      await intake.take(source, signedBy({ kind: 'twilio', url: URL_OF, payload, now: clock.now() }))
    }
    expect(types()).not.toContain('call.completed')
    await clock.advance(PROVIDERS.twilio.completionMsMax - 1)
    await watchdog.closeOnce()
    expect(types()).not.toContain('call.completed')
    await clock.advance(1)
    await watchdog.closeOnce()
    expect(types().at(-1)).toBe('call.completed')
  })

  test.each<[SourceKind, string | null, string, string, object]>([
    [
      'retell',
      null,
      'https://api.retellai.com/v2/get-call/c1',
      'Bearer',
      { call_id: 'c1', call_status: 'ended', disconnection_reason: 'user_hangup', duration_ms: 5000 },
    ],
    [
      'vapi',
      'vapi-key-0123456789',
      'https://api.vapi.ai/call/c1',
      'Bearer',
      {
        id: 'c1',
        status: 'ended',
        endedReason: 'user_hangup',
        startedAt: '2026-03-01T10:00:00Z',
        endedAt: '2026-03-01T10:00:05Z',
      },
    ],
    [
      'twilio',
      null,
      'https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls/c1.json',
      'Basic',
      { sid: 'c1', status: 'completed', duration: '5', end_time: 'Sun, 01 Mar 2026 10:00:05 +0000' },
    ],
  ])('asks %s what became of a call, before it gives it up', async (kind, apiKey, url, scheme, response) => {
    const source = await makeSource(kind, apiKey)
    const { intake, watchdog, asked } = node(JSON.stringify(response))
    const [started = {}] = sampleCall(kind, 'c1')
    await intake.take(source, signedBy({ kind, url: URL_OF, payload: started, now: clock.now() }))
    await clock.advance(PROVIDERS[kind].callMsMax + SILENCE_GRACE_MS)
    await watchdog.closeOnce()
    expect(asked).toMatchObject([{ method: 'GET', url, headers: { authorization: expect.stringContaining(scheme) } }])
    expect(types().at(-1)).toBe('call.completed')
    expect(last()).toMatchObject({ call_id: 'c1', call_status: 'ended', duration_ms: 5000 })
    await clock.advance(24 * 3_600_000)
    await watchdog.closeOnce()
    expect(asked).toHaveLength(1)
  })

  test('asks again while the provider says nothing, and closes the call in the end', async () => {
    const source = await makeSource('retell')
    const { intake, watchdog, asked } = node()
    const [started = {}] = sampleCall('retell', 'c1')
    await intake.take(source, signedBy({ kind: 'retell', url: URL_OF, payload: started, now: clock.now() }))
    await clock.advance(PROVIDERS.retell.callMsMax + SILENCE_GRACE_MS)
    for (let quarter = 0; quarter < 8; quarter++) {
      await watchdog.closeOnce()
      await watchdog.closeOnce()
      await clock.advance(15 * 60_000)
    }
    expect(asked).toHaveLength(4)
    expect(last()).toMatchObject({ error_code: 'provider_silent' })
  })

  test('of several nodes one asks', async () => {
    const source = await makeSource('bland', 'bland-key-0123456789')
    const [report = {}] = sampleCall('bland', 'c1')
    // Bland says nothing before the end: a call that it has begun is told by a message of progress.
    const call = { ...newCall('019c0000-0000-7000-8000-000000000009', 'c1', clock.now()), state: 'ongoing' as const }
    const row = { workspaceId: WORKSPACE, sourceId: source.id, callId: 'c1', kind: 'bland' as const, state: 'ongoing' }
    const stored = { ...row, version: 1, tracked: JSON.stringify(call), dueAt: clock.now(), createdAt: 1, updatedAt: 1 }
    const request = { workspaceId: WORKSPACE, events: [], advance: { sourceId: source.id, signal: null, call: stored } }
    await storage.acceptEvents([request], NOTHING_OFFERED)
    const long = JSON.stringify({ ...report, transcripts: 'x'.repeat(30_000) }).slice(0, 16 * 1024)
    const nodes = [node(long), node(long), node(long)]
    await Promise.all(nodes.map(({ watchdog }) => watchdog.closeOnce()))
    expect(nodes.flatMap(({ asked }) => asked)).toHaveLength(1)
    expect(nodes.flatMap(({ asked }) => asked)[0]).toMatchObject({ headers: { authorization: 'bland-key-0123456789' } })
    // Of the response only the beginning is kept.
    expect(last()).toMatchObject({ call_status: 'ended', duration_ms: 10_000, disconnection_reason: 'USER' })
  })

  test('of several nodes one closes it, also after a restart, and none of them twice', async () => {
    const source = await makeSource('livekit')
    for (let call = 0; call < 20; call++) {
      const [room = {}] = sampleCall('livekit', `RM_${call}`)
      await node().intake.take(source, signedBy({ kind: 'livekit', url: URL_OF, payload: room, now: clock.now() }))
    }
    await clock.advance(PROVIDERS.livekit.callMsMax + SILENCE_GRACE_MS + 1)
    const nodes = [node(), node(), node()]
    await Promise.all(nodes.map(({ watchdog }) => watchdog.closeOnce()))
    expect(types().filter((type) => type === 'call.error')).toHaveLength(20)
    expect(nodes.flatMap(({ faults }) => faults)).toEqual([])
    expect(await storage.listDueCalls(clock.now(), 9)).toEqual([])
  })

  test('wipes a replaced secret once its time has ended, and leaves what is taken still', async () => {
    const source = await makeSource('bland')
    const { watchdog, faults } = node()
    const [first, second] = [clock.now() + 3_600_000, clock.now() + 7_200_000]
    const secrets = {
      secret: 'new',
      previous: [
        { secret: 'b', expiresAt: second },
        { secret: 'a', expiresAt: first },
      ],
      apiKey: 'k',
    }
    const audit = {
      id: 'r',
      workspaceId: WORKSPACE,
      actor: 'admin',
      targetId: 'x',
      changedFields: [],
      remoteAddress: null,
    }
    const change = { sealed: JSON.stringify(secrets), previousSecretExpiresAt: second }
    const context = { now: clock.now(), audit: { ...audit, action: 'source.updated' as const } }
    await storage.updateSource(WORKSPACE, source.id, 1, change, context)
    const sweep = async () => {
      for (let batch = 0; batch < 3; batch++) await watchdog.pruneOnce()
      const row = await storage.findSource(WORKSPACE, source.id)
      return { ...JSON.parse(row?.sealed ?? '{}'), until: row?.previousSecretExpiresAt, version: row?.version }
    }
    const rest = { secret: 'new', apiKey: 'k', version: 2 }
    expect(await sweep()).toEqual({ ...secrets, ...rest, until: second })
    await clock.advance(3_600_000)
    expect(await sweep()).toEqual({ ...rest, previous: [{ secret: 'b', expiresAt: second }], until: second })
    await clock.advance(3_600_000)
    expect(await sweep()).toEqual({ ...rest, previous: [], until: null })
    expect(faults).toEqual([])
  })

  test('closes the calls of a source that was deleted, and then nothing of it is left', async () => {
    const source = await makeSource('retell')
    const { intake, watchdog } = node()
    const [started = {}] = sampleCall('retell', 'c')
    await intake.take(source, signedBy({ kind: 'retell', url: URL_OF, payload: started, now: clock.now() }))
    const audit = {
      id: 'a',
      workspaceId: WORKSPACE,
      actor: 'admin',
      targetId: 'x',
      changedFields: [],
      remoteAddress: null,
    }
    await storage.deleteSource(WORKSPACE, source.id, {
      now: clock.now(),
      audit: { ...audit, action: 'source.deleted' },
    })
    await clock.advance(PROVIDERS.retell.callMsMax + SILENCE_GRACE_MS + 3_600_000)
    await watchdog.closeOnce()
    expect(types().at(-1)).toBe('call.error')
    await clock.advance(1)
    // Until the end of a sweep, and once more.
    for (let batch = 0; batch < 4; batch++) await watchdog.pruneOnce()
    expect(await storage.listSignals(WORKSPACE, 'c', 9)).toEqual([])
    expect(await storage.listTrackedCalls(WORKSPACE, 'c')).toEqual([])
  })
})
