// Owns the guarantees about sources: what they say is written with its events or not at all, once, and from the version that is stored.
import { randomUUID } from 'node:crypto'
import { TEST_CALL_PREFIX } from '@timbre/contract/test-call.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PruneSourcesRequest, SourceRow, TrackedCallRow } from '../storage.ts'
import { Fixture, found, type MakeStorage, MINUTE_MS, only, PAGE } from './fixture.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

export function sourcesConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  let source: SourceRow
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
    source = await fixture.addSource()
  })
  afterEach(() => fixture.destroy())

  const sought = (callId: string, dedupeKey: string) => ({
    workspaceId: fixture.workspaceId,
    sourceId: source.id,
    callId,
    dedupeKey,
  })
  const callOf = async (callId: string) => only(await fixture.storage.findTrackedCalls([sought(callId, 'none')])).call
  const kindOf = async (result: ReturnType<Fixture['accept']>) => only((await result).results).kind
  const prune = async (now: number) => {
    for (let after: PruneSourcesRequest['after'] = null; ; ) {
      const result = await fixture.storage.pruneSources({ now, retentionDaysDefault: 1, after, rowsMax: 2 })
      if (result.isDone) return
      after = result.next
    }
  }

  test('a source is found by its id and its token, in its workspace alone, until it is deleted', async () => {
    const { storage, workspaceId } = fixture
    expect(await storage.findSource(workspaceId, source.id)).toEqual(source)
    expect(await storage.findSourceByToken(workspaceId, source.token)).toEqual(source)
    const other = await fixture.addWorkspace()
    expect(await storage.findSource(other, source.id)).toBeUndefined()
    expect(await storage.findSourceByToken(other, source.token)).toBeUndefined()
    const newer = await fixture.addSource({ name: 'newer' })
    expect((await storage.listSources(workspaceId, PAGE)).rows).toEqual([newer, source])
    const limited = storage.createSource(fixture.sourceRow(), 2, fixture.context('source.created'))
    await expect(limited).rejects.toMatchObject({ code: 'SOURCE_LIMIT_REACHED' })
    await storage.deleteSource(workspaceId, source.id, fixture.context('source.deleted'))
    expect(await storage.findSource(workspaceId, source.id)).toBeUndefined()
    expect(await storage.findSourceByToken(workspaceId, source.token)).toBeUndefined()
    expect((await storage.listSources(workspaceId, PAGE)).rows).toEqual([newer])
    const again = storage.deleteSource(workspaceId, source.id, fixture.context('source.deleted'))
    await expect(again).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  })

  test('of two changes that began from the same version one is written', async () => {
    const { storage, workspaceId } = fixture
    const change = (name: string) =>
      storage.updateSource(workspaceId, source.id, 1, { name, hasApiKey: true }, fixture.context('source.updated'))
    const changed = await Promise.all([change('a'), change('b')])
    const row = only(changed.filter((one) => one !== undefined))
    expect(row).toMatchObject({ version: 2, hasApiKey: true })
    expect(await storage.findSource(workspaceId, source.id)).toEqual(row)
    const unknown = storage.updateSource(workspaceId, randomUUID(), 1, {}, fixture.context('source.updated'))
    await expect(unknown).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  })

  test('a signal, its call and its events are written together, and the events are delivered', async () => {
    const { id: webhookId } = await fixture.addWebhook()
    const advance = fixture.advanceOf(source)
    const event = fixture.event({ callId: 'call' })
    const { results, leased } = await fixture.accept([event], fixture.offer(), advance)
    expect(only(results)).toMatchObject({ kind: 'accepted', events: [{ id: event.id, deliveryCount: 1 }] })
    expect(only(leased)).toMatchObject({ eventId: event.id, webhookId })
    const { call, isRepeat } = only(
      await fixture.storage.findTrackedCalls([sought('call', found(advance.signal).dedupeKey)]),
    )
    expect(call).toEqual(advance.call)
    expect(isRepeat).toBe(true)
    const listed = { ...advance.signal, sourceId: source.id }
    expect(await fixture.storage.listSignals(fixture.workspaceId, 'call', 9)).toEqual([listed])
    expect(await fixture.storage.lastSignals(fixture.workspaceId, [source.id])).toEqual(
      new Map([[source.id, fixture.now]]),
    )
  })

  test('a call is advanced from the version that is stored, or nothing is written', async () => {
    const first = fixture.advanceOf(source)
    expect(await kindOf(fixture.accept([], fixture.offer(), first))).toBe('accepted')
    const event = fixture.event()
    // Begun before the first was written; and as if another node had gone further.
    for (const version of [1, 3]) {
      const late = fixture.advanceOf(source, { version, state: 'error' })
      expect(await kindOf(fixture.accept([event], fixture.offer(), late))).toBe('call_moved')
    }
    expect(await fixture.storage.findEvent(fixture.workspaceId, event.id)).toBeUndefined()
    expect(await callOf('call')).toEqual(first.call)
    expect(await fixture.storage.listSignals(fixture.workspaceId, 'call', 9)).toHaveLength(1)
    const second = fixture.advanceOf(source, { version: 2, state: 'ended', dueAt: null })
    expect(await kindOf(fixture.accept([event], fixture.offer(), second))).toBe('accepted')
    expect(await callOf('call')).toEqual(second.call)
  })

  test('in one batch calls of many sources are advanced, and one that has moved leaves the others alone', async () => {
    const other = await fixture.addSource()
    await fixture.accept([], fixture.offer(), fixture.advanceOf(source, { callId: 'moved' }))
    const request = (advance: ReturnType<Fixture['advanceOf']>) => ({
      workspaceId: fixture.workspaceId,
      events: [fixture.event()],
      advance,
    })
    const requests = [
      request(fixture.advanceOf(source, { callId: 'a' })),
      request(fixture.advanceOf(source, { callId: 'moved' })),
      request(fixture.advanceOf(other, { callId: 'a' })),
      { workspaceId: fixture.workspaceId, events: [fixture.event()] },
      { workspaceId: fixture.workspaceId, events: [], advance: { ...fixture.advanceOf(source), call: null } },
    ]
    const { results } = await fixture.storage.acceptEvents(requests, fixture.offer())
    expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'call_moved', 'accepted', 'accepted', 'accepted'])
    expect(await fixture.storage.listTrackedCalls(fixture.workspaceId, 'a')).toHaveLength(2)
  })

  test('what is sent again is known, and is kept once', async () => {
    const signal = { dedupeKey: 'same' }
    const evidence = () => ({ ...fixture.advanceOf(source, {}, signal), call: null })
    await fixture.accept([], fixture.offer(), evidence())
    await fixture.accept([], fixture.offer(), evidence())
    expect(await fixture.storage.listSignals(fixture.workspaceId, 'call', 9)).toHaveLength(1)
    const [same, another] = await fixture.storage.findTrackedCalls([sought('call', 'same'), sought('call', 'another')])
    expect([same?.isRepeat, another?.isRepeat, same?.call]).toEqual([true, false, null])
  })

  test('when the events of a call cannot be accepted, the call is not advanced either', async () => {
    const event = fixture.event()
    await fixture.accept([event])
    const stolen = fixture.event({ id: event.id, type: 'call.error' })
    await expect(fixture.accept([stolen], fixture.offer(), fixture.advanceOf(source))).rejects.toThrow()
    expect(await callOf('call')).toBeNull()
  })

  test('calls whose time has come are found, the longest overdue first', async () => {
    const { now } = fixture
    const at = (callId: string, dueAt: number | null) =>
      fixture.accept([], fixture.offer(), fixture.advanceOf(source, { callId, dueAt }))
    await Promise.all([at('late', now - 5), at('latest', now - 9), at('soon', now + 5), at('over', null)])
    expect((await fixture.storage.listDueCalls(now, 9)).map(({ callId }) => callId)).toEqual(['latest', 'late'])
    expect((await fixture.storage.listDueCalls(now, 1)).map(({ callId }) => callId)).toEqual(['latest'])
  })

  test('what was said of calls is counted as far as is asked for, and listed with the newest, by call and by source', async () => {
    const { storage, workspaceId } = fixture
    const other = await fixture.addSource({ kind: 'vapi' })
    const say = (of: SourceRow, callId: string, version: number, receivedAt: number) =>
      fixture.accept(
        [],
        fixture.offer(),
        fixture.advanceOf(of, { callId, version }, { receivedAt, event: `${receivedAt}` }),
      )
    for (const at of [1, 2, 3]) await say(source, 'a', at, at)
    await say(other, 'a', 1, 4)
    await say(source, 'b', 1, 5)
    const summaries = await storage.summarizeTrackedCalls(workspaceId, ['a', 'b', 'none'], 3)
    expect(
      new Set(summaries.map((one) => [one.callId, one.sourceId, one.kind, one.state, one.signalCount].join())),
    ).toEqual(
      new Set([
        ['a', source.id, 'twilio', 'ongoing', 3].join(),
        ['a', other.id, 'vapi', 'ongoing', 3].join(),
        ['b', source.id, 'twilio', 'ongoing', 1].join(),
      ]),
    )
    const events = (rows: readonly { readonly event: string }[]) => rows.map(({ event }) => event)
    expect(events(await storage.listSignals(workspaceId, 'a', 3))).toEqual(['2', '3', '4'])
    expect(events(await storage.listSignalsOfSource(workspaceId, source.id, 3))).toEqual(['5', '3', '2'])
    const stranger = await fixture.addWorkspace()
    expect(await storage.summarizeTrackedCalls(stranger, ['a'], 3)).toEqual([])
    expect(await storage.summarizeTrackedCalls(workspaceId, [], 3)).toEqual([])
    expect(await storage.listSignals(stranger, 'a', 3)).toEqual([])
    expect(await storage.listSignalsOfSource(stranger, source.id, 3)).toEqual([])
  })

  test('when a source was heard of last is said without its tests', async () => {
    const { storage, workspaceId } = fixture
    const say = (callId: string, receivedAt: number) =>
      fixture.accept([], fixture.offer(), fixture.advanceOf(source, { callId }, { receivedAt }))
    await say(`${TEST_CALL_PREFIX}1`, 9)
    expect(await storage.lastSignals(workspaceId, [source.id])).toEqual(new Map())
    await say('a', 5)
    const evidence = { ...fixture.advanceOf(source, {}, { callId: null, receivedAt: 7 }), call: null }
    await fixture.accept([], fixture.offer(), evidence)
    await say(`${TEST_CALL_PREFIX}2`, 10)
    expect(await storage.lastSignals(workspaceId, [source.id])).toEqual(new Map([[source.id, 7]]))
  })

  test('refused requests are kept, the last of them only', async () => {
    const rows = Array.from({ length: 5 }, () => fixture.refused(source))
    for (const row of rows) await fixture.storage.addRefusedRequest(row, 3)
    const listed = await fixture.storage.listRefusedRequests(fixture.workspaceId, source.id)
    expect(listed).toEqual(rows.slice(2).reverse())
  })

  test('erasing a call takes what sources said of it, and what was refused that names it', async () => {
    await fixture.accept([fixture.event({ callId: 'call' })], fixture.offer(), fixture.advanceOf(source))
    await fixture.accept([], fixture.offer(), fixture.advanceOf(source, { callId: 'other' }))
    await fixture.storage.addRefusedRequest(fixture.refused(source), 9)
    await fixture.storage.addRefusedRequest({ ...fixture.refused(source), body: 'CallSid=2' }, 9)
    const { workspaceId, now, storage } = fixture
    await storage.eraseCall({ workspaceId, callId: 'call', now, rowsMax: 9 })
    expect(await callOf('call')).toBeNull()
    expect(await storage.listSignals(workspaceId, 'call', 9)).toEqual([])
    expect(await storage.summarizeTrackedCalls(workspaceId, ['call'], 9)).toEqual([])
    expect(await storage.listSignalsOfSource(workspaceId, source.id, 9)).toHaveLength(1)
    expect(await storage.listSignals(workspaceId, 'other', 9)).toHaveLength(1)
    expect(await storage.listRefusedRequests(workspaceId, source.id)).toMatchObject([{ body: 'CallSid=2' }])
  })

  test('old signals and calls that are over are pruned in batches, never a call that is open', async () => {
    const { storage, workspaceId, now } = fixture
    const calls: Partial<TrackedCallRow>[] = ['a', 'b', 'c'].map((callId) => ({ callId, dueAt: null }))
    for (const call of [...calls, { callId: 'open' }]) {
      await fixture.accept([], fixture.offer(), fixture.advanceOf(source, call))
    }
    await storage.addRefusedRequest(fixture.refused(source), 9)
    await prune(now + DAY_MS)
    expect(await storage.listRefusedRequests(workspaceId, source.id)).toHaveLength(1)
    expect(await callOf('a')).not.toBeNull()
    await prune(now + DAY_MS + 1)
    expect(await callOf('a')).toBeNull()
    expect(await callOf('open')).not.toBeNull()
    expect(await storage.lastSignals(workspaceId, [source.id])).toEqual(new Map())
    expect(await storage.listRefusedRequests(workspaceId, source.id)).toEqual([])
    expect(await storage.findSource(workspaceId, source.id)).toEqual(source)
  })

  test('of a deleted source everything goes, its open calls once they are closed', async () => {
    const { storage, workspaceId, now } = fixture
    const open = fixture.advanceOf(source)
    await fixture.accept([], fixture.offer(), open)
    await storage.addRefusedRequest(fixture.refused(source), 9)
    await storage.deleteSource(workspaceId, source.id, fixture.context('source.deleted'))
    expect(await storage.listRefusedRequests(workspaceId, source.id)).toEqual([])
    await prune(now + 1)
    expect(await storage.listSignals(workspaceId, 'call', 9)).toEqual([])
    expect(await callOf('call')).toEqual(open.call)
    const closed = { ...fixture.advanceOf(source, { version: 2, dueAt: null }), signal: null }
    expect(await kindOf(fixture.accept([], fixture.offer(), closed))).toBe('accepted')
    await prune(now + 1)
    expect(await callOf('call')).toBeNull()
  })

  test('what is sealed of a source is listed and replaced as it was read', async () => {
    const { storage, workspaceId } = fixture
    const { id, sealed, previousSecretExpiresAt } = source
    const before = only(await storage.listSealedSources(null, 9))
    expect(before).toEqual({ workspaceId, id, sealed, previousSecretExpiresAt })
    expect(await storage.hasSealed('sealed-')).toBe(true)
    const after = { ...before, sealed: 'again' }
    expect(await storage.replaceSealedSources([{ before: { ...before, sealed: 'other' }, after }])).toBe(0)
    expect(await storage.replaceSealedSources([{ before, after }])).toBe(1)
    expect((await storage.findSource(workspaceId, id))?.sealed).toBe('again')
    expect(await storage.listSealedSources(before, 9)).toEqual([])
  })

  test('sources with a replaced secret are found, and what is left of it is written in place of what was read', async () => {
    const { storage, workspaceId, now } = fixture
    const rotated = await fixture.addSource({ previousSecretExpiresAt: now })
    const before = only(await storage.listReplacedSecrets(null, 9))
    expect(before).toMatchObject({ workspaceId, id: rotated.id, previousSecretExpiresAt: now })
    expect(await storage.listReplacedSecrets(before, 9)).toEqual([])
    const after = { ...before, sealed: 'without', previousSecretExpiresAt: null }
    expect(await storage.replaceSealedSources([{ before, after }])).toBe(1)
    expect(await storage.listReplacedSecrets(null, 9)).toEqual([])
    const row = await storage.findSource(workspaceId, rotated.id)
    // Nothing that is verified has changed.
    expect(row).toEqual({ ...rotated, sealed: 'without', previousSecretExpiresAt: null })
  })
}
