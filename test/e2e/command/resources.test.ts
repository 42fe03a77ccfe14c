// What a developer does with webhooks, events and deliveries from a shell, against a real server and a real receiver.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatId, parseId } from '../../../contract/src/ids.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { CommandLine } from './command-line.ts'
import { ReceiverOfOne } from './receiver-of-one.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const timbre = new TimbreProcess({ settings: { TIMBRE_RETRY_SCHEDULE: '0,3600' } })
const receiver = new ReceiverOfOne()
let line: CommandLine
let webhookId: string
beforeAll(async () => {
  await Promise.all([timbre.start(), receiver.start()])
  line = await CommandLine.on(timbre)
  const [webhook] = await line.json(
    'webhooks',
    'create',
    receiver.url,
    '--event',
    'call.completed',
    '--header',
    'X-Tenant: 7',
  )
  webhookId = String(webhook?.['id'])
})
afterAll(async () => {
  line.remove()
  receiver.stop()
  await timbre.destroy()
})

async function publish(callId: string): Promise<{ event: string; delivery: string }> {
  const [event] = await line.json('events', 'publish', 'call.completed', '--data', JSON.stringify({ call_id: callId }))
  const [delivery] = await line.json('deliveries', 'list', '--event', String(event?.['id']))
  return { event: String(event?.['id']), delivery: String(delivery?.['id']) }
}

const settled = (delivery: string) =>
  until(
    () => line.json('deliveries', 'show', delivery),
    ([shown]) => shown?.['attempts'] === 1 && shown['status'] !== 'sending',
  )

describe('webhooks and subscriptions', () => {
  test('are made in one step, shown with both ids, changed and deleted', async () => {
    const shown = await line.output('webhooks', 'show', webhookId)
    const [, prefixed = ''] = /^webhook +(wh_\S+) \((\S+)\)$/m.exec(shown) ?? []
    expect(parseId('webhook', prefixed)).toBe(webhookId)
    expect(shown).toMatch(/^headers +X-Tenant: 7$/m)
    expect(shown).toMatch(/^sub_\S+ +active +call.completed /m)
    expect(await line.output('webhooks', 'list')).toContain(prefixed)

    await line.output('subscriptions', 'add', prefixed, 'call.error')
    await line.output('subscriptions', 'pause', webhookId, 'call.error')
    const listed = await line.json('subscriptions', 'list', prefixed)
    expect(listed.map(({ eventKey, isActive }) => [eventKey, isActive]).sort()).toEqual([
      ['call.completed', true],
      ['call.error', false],
    ])
    await line.output('subscriptions', 'remove', webhookId, 'call.error')
    expect(await line.json('subscriptions', 'list', prefixed)).toHaveLength(1)

    const [other] = await line.json('webhooks', 'create', 'https://example.com/b')
    const changed = await line.output('webhooks', 'update', String(other?.['id']), '--ordering', 'call', '--inactive')
    expect(changed).toMatch(/^state +inactive$/m)
    const asked = await line.run(['webhooks', 'delete', String(other?.['id'])])
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('add --yes')])
    await line.output('webhooks', 'delete', String(other?.['id']), '--yes')
    expect((await line.run(['webhooks', 'show', String(other?.['id'])])).code).toBe(6)
  })

  test('have a secret that comes alone, so that it can go into a file', async () => {
    const secret = await line.output('webhooks', 'secret', webhookId)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}\n$/)
    await line.output('webhooks', 'rotate-secret', webhookId, '--overlap-hours', '1')
    expect(await line.output('webhooks', 'secret', webhookId)).not.toBe(secret)
  })
})

describe('a delivery', () => {
  test('that arrived says so, by its id alone, in either form', async () => {
    const { event, delivery } = await publish('call-arrives')
    await settled(delivery)
    const shown = await line.output('deliveries', 'show', delivery)
    expect(shown).toMatch(/^success {2}It arrived, after 1 attempt\.$/m)
    expect(shown).toMatch(/^1 +20\S+ \S+ +automatic +HTTP 200 +\d/m)
    expect(shown).toContain(receiver.url)
    expect(receiver.received.at(-1)?.headers['x-supervisor-delivery']).toBe(delivery)
    const [, prefixed = ''] = /^delivery +(dlv_\S+) /m.exec(shown) ?? []
    const full = await line.output('open', prefixed)
    expect(full).toContain(event)
    expect(await line.output('deliveries', 'show', prefixed, '--full')).toContain('  thanks')
  })

  test('that failed says why, what comes next, and is sent again when it is asked for', async () => {
    receiver.status = 500
    const { event, delivery } = await publish('call-fails')
    await settled(delivery)
    const shown = await line.output('deliveries', 'show', delivery, '--full')
    expect(shown).toMatch(/^queued {2}The next attempt is at \S+ \S+ UTC, in \d+ min, after 1 attempt\.$/m)
    expect(shown).toContain('HTTP 500')
    expect(shown).toContain('  no such tenant')
    expect(await line.output('attempts', delivery)).toMatch(/^1 .*HTTP 500/m)
    expect(await line.output('events', 'show', event)).toMatch(/^dlv_.* queued +1 +500 /m)

    receiver.status = 200
    await line.output('deliveries', 'retry', delivery)
    await until(
      () => line.output('attempts', delivery),
      (text) => /^2 .* manual +HTTP 200/m.test(text),
    )
  })

  test('is not there: 6; of an event that nobody gets it is said why', async () => {
    const none = await line.run(['deliveries', 'show', '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'])
    expect([none.code, none.stdout]).toEqual([6, ''])
    const said = await line.output('events', 'publish', 'call.error', '--data', '{"call_id":"c","error_code":"e"}')
    expect(said).toMatch(/^accepted +evt_\S+ +call.error +0 deliveries: wh_\S+ does not subscribe to this type$/m)
    const [undelivered] = await line.json('events', 'list', '--undelivered')
    expect(await line.output('events', 'show', String(undelivered?.['id']))).toContain('No webhook got it.')
    const invalid = await line.run(['events', 'publish', 'call.error', '--data', '{}'])
    expect([invalid.code, invalid.stderr]).toEqual([4, expect.stringContaining('/data/call_id is missing')])
  })
})

describe('lists', () => {
  test('go on over pages by themselves, stop at --max and say that there is more', async () => {
    const client = timbre.client({
      apiKey: line.env['TIMBRE_API_KEY'] ?? '',
      workspaceId: line.env['TIMBRE_WORKSPACE_ID'] ?? '',
    })
    const events = Array.from({ length: 300 }, (_, index) => ({
      type: 'call.error',
      data: { call_id: `page-${index}`, error_code: 'e' },
    }))
    await client.events.publishBatch(events)
    const all = await line.json('events', 'list', '--type', 'call.error', '--all')
    const ours = all.map(({ callId }) => String(callId)).filter((callId) => callId.startsWith('page-'))
    expect(new Set(ours).size).toBe(300)
    const some = await line.output('events', 'list', '--type', 'call.error', '--max', '260')
    expect(some.trim().split('\n')).toHaveLength(262)
    expect(some).toContain('There are more: --max 1000, or --all')
    expect(await line.json('events', 'list', '--until', '2020-01-01')).toEqual([])
  })

  test('end without a word when their reader has enough', async () => {
    const child = spawn(
      'bash',
      [
        '-c',
        `"${process.execPath}" "${COMMAND}" events list --all --json | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"`,
      ],
      {
        env: { PATH: process.env['PATH'], ...line.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)))
    await once(child, 'close')
    expect(printed).toBe('0\n')
  })

  test('have no colours in a pipe, also where somebody wishes for them', async () => {
    const plain = await line.output('deliveries', 'list')
    line.env['CI'] = 'true'
    expect(await line.output('deliveries', 'list')).toBe(plain)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
    expect(plain).not.toMatch(/\u001b/)
    delete line.env['CI']
  })
})

describe('a replay', () => {
  test('is counted, asked about, and watched until it has ended', async () => {
    const args = ['replay', webhookId, '--since', '1h', '--only', 'all']
    const counted = await line.output(...args, '--dry-run')
    const [, matched = ''] = /^(\d+) deliveries would be sent/.exec(counted) ?? []
    expect(Number(matched)).toBeGreaterThanOrEqual(2)
    const asked = await line.run(args)
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining(`Send ${matched} deliveries again?`)])
    expect(await line.output('replays', 'list', webhookId)).toContain('There was no replay.')

    const done = await line.run([...args, '--yes'])
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining(`Finished: ${matched} deliveries`)])
    const [replay] = await line.json('replays', 'list', webhookId)
    const id = String(replay?.['id'])
    expect(await line.output('replays', 'watch', webhookId, id)).toContain('Finished')
    expect(await line.output('open', id)).toMatch(/^status +finished$/m)
    expect(await line.output('replay', webhookId, '--since', '2020-01-01', '--until', '2020-01-02')).toContain(
      'nothing to send',
    )
  })
})

describe('stats', () => {
  test('say how much was sent, how it ended and what waits, of the workspace and of one webhook', async () => {
    const { delivery } = await publish('call-counted')
    await settled(delivery)
    const [all] = await until(
      () => line.json('stats'),
      ([found]) => Number((found?.['total'] as { attempts?: number })?.attempts) > 0,
    )
    expect(all).toMatchObject({ webhookId: null, bucket: '1h' })
    const shown = await line.output('stats', '--webhook', webhookId, '--bucket', '5m')
    expect(shown).toMatch(/^from \(UTC\) +attempts +2xx +arrived +given up +p50 +p95 +p99/)
    expect(shown).toMatch(/^total +\d+ +\d+ % +\d+ +0 +\d+ ms/m)
    expect(shown).toMatch(/^(Nothing waits\.|\d+ wait or are being sent)/m)
    expect((await line.run(['stats', '--bucket', '2h'])).code).toBe(2)
  })
})

describe('calls', () => {
  test('are found by their number, and shown with what became of each event', async () => {
    const data = { call_id: 'call-found', call_status: 'ended', from_number: '+525512345678' }
    await line.output('events', 'publish', 'call.completed', '--data', JSON.stringify(data))
    await line.output('events', 'publish', 'call.error', '--data', JSON.stringify({ ...data, error_code: 'e' }))
    const found = await line.json('calls', 'list', '--number', '+52 55 1234 5678')
    expect(found).toMatchObject([{ callId: 'call-found', eventCount: 2 }])
    const shown = await line.output('calls', 'show', 'call-found')
    expect(shown).toMatch(/^status +ended$/m)
    expect(shown).toMatch(/ call.completed +dlv_\S+ +wh_/)
    expect(shown).toMatch(/ call.error +nobody gets it/)
    expect((await line.run(['calls', 'show', 'call-of-nobody'])).code).toBe(6)
  })
})

describe('open', () => {
  test('shows the very thing for any id in any form', async () => {
    const { event, delivery } = await publish('call-opened')
    const uuid = parseId('event', event) ?? ''
    const [subscription] = await line.json('subscriptions', 'list', webhookId)
    for (const [id, first] of [
      [delivery, /^(success|queued|sending) {2}/],
      [webhookId, /^webhook +wh_/],
      [event, /^event +evt_/],
      [uuid, /^event +evt_/],
      [String(subscription?.['id']), /^subscription +sub_/],
      ['call-opened', /^call +call-opened\n/],
      ['call.completed', /^type +call.completed\n/],
    ] as const)
      expect(await line.output('open', id)).toMatch(first)
    for (const id of ['nothing', 'wh_01J8XW1N9P2Q3R4S5T6U', '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'])
      expect(await line.run(['open', id])).toMatchObject({ code: 6, stdout: '' })
  })

  test('shows keys, sources and test receivers by their ids, and workspaces to the admin', async () => {
    const [key] = await line.json('api-keys', 'list')
    const keyId = formatId('apiKey', String(key?.['id']))
    expect(await line.output('open', keyId)).toMatch(new RegExp(`^key +${keyId} `))
    const workspaceId = line.env['TIMBRE_WORKSPACE_ID'] ?? ''
    const client = timbre.client({ apiKey: line.env['TIMBRE_API_KEY'] ?? '', workspaceId })
    const source = await client.sources.create({ name: 'Retell', kind: 'retell', secret: 'key_0123456789abcdef' })
    expect(await line.output('open', source.id)).toMatch(/^source +src_[\s\S]*^provider +retell$/m)
    const inside = await client.testReceivers.create()
    expect(await line.output('open', formatId('testReceiver', inside.id))).toMatch(/^test receiver +trc_/)
    const args = ['open', formatId('workspace', workspaceId)]
    expect((await line.run(args)).code).toBe(6)
    expect(await line.output(...args, '--api-key', timbre.adminKey)).toMatch(/^name +A command line$/m)
  })

  test("does not open another workspace's things", async () => {
    const other = await CommandLine.on(timbre)
    const { event, delivery } = await publish('call-of-one')
    for (const id of [event, delivery, webhookId, 'call-of-one'])
      expect(await other.run(['open', id])).toMatchObject({ code: 6, stdout: '' })
    other.remove()
  })
})

describe('event types, keys, workspaces', () => {
  test('a type comes from a file, and TypeScript comes out that compiles and knows it', async () => {
    const file = join(line.folder, 'type.json')
    const schema = {
      type: 'object',
      properties: { total: { type: 'number' }, tags: { type: 'array', items: { type: 'string' } } },
      required: ['total'],
    }
    writeFileSync(file, JSON.stringify({ key: 'order.paid', title: 'Paid', schema, example: { total: 1 } }))
    await line.output('event-types', 'create', '--file', file)
    expect((await line.run(['event-types', 'create', '--file', file])).code).toBe(7)
    writeFileSync(file, JSON.stringify({ key: 'order.paid', title: 'Order paid' }))
    await line.output('event-types', 'update', '--file', file)
    expect(await line.output('event-types', 'list', '--own')).toMatch(/^order.paid +your own +Order paid$/m)
    expect(JSON.parse(await line.output('event-types', 'show', 'order.paid', '--example'))).toEqual({ total: 1 })

    const types = join(line.folder, 'events.ts')
    await line.output('event-types', 'typescript', '--out', types)
    const use = join(line.folder, 'use.ts')
    writeFileSync(
      use,
      `import type { EventDataByType } from './events.ts'
export const paid: EventDataByType['order.paid'] = { total: 2, tags: ['a'] }
export const call: EventDataByType['call.completed'] = { call_id: 'c' }
// @ts-expect-error: the total is required
export const wrong: EventDataByType['order.paid'] = { tags: [] }
// @ts-expect-error: a tag is a text
export const worse: EventDataByType['order.paid'] = { total: 1, tags: [1] }
`,
    )
    const options = { strict: true, noEmit: true, allowImportingTsExtensions: true, module: ts.ModuleKind.ESNext }
    const program = ts.createProgram([use], {
      ...options,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
    })
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([])
    expect(readFileSync(types, 'utf8')).toContain('"order.paid": OrderPaidData')
    await line.output('event-types', 'delete', 'order.paid', '--yes')
  })

  test('a key is printed alone, once, and works until it is revoked', async () => {
    const made = await line.run(['api-keys', 'create', 'reader', '--scopes', 'webhooks:read'])
    expect(made.stdout).toMatch(/^sk_live_\w+\n$/)
    const [, id = ''] = /Its id is (key_\w+)\./.exec(made.stderr) ?? []
    const args = ['--api-key', made.stdout.trim()]
    await line.output('webhooks', 'list', ...args)
    expect((await line.run(['api-keys', 'list', ...args])).code).toBe(5)
    await line.output('api-keys', 'revoke', id, '--yes')
    expect(await line.output('api-keys', 'list')).toMatch(new RegExp(`^${id} .*revoked`, 'm'))
  })

  test('workspaces are made with the admin key', async () => {
    expect((await line.run(['workspaces', 'list'])).code).toBe(5)
    const admin = ['--api-key', timbre.adminKey]
    const [made] = await line.json('workspaces', 'create', 'Clínica Sur', '--retention-days', '90', ...admin)
    expect(await line.output('workspaces', 'list', ...admin)).toMatch(
      new RegExp(`^${made?.['id']} .* 90 d +Clínica Sur$`, 'm'),
    )
    await line.output('workspaces', 'update', String(made?.['id']), '--name', 'Clínica Norte', ...admin)
  })
})
