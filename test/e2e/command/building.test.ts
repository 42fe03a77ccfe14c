// What somebody does who builds a receiver: signs, verifies and finds the cause, publishes examples, whole calls.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifySignature } from '@getsupervisor/agents-studio-sdk/receiver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { CommandLine } from './command-line.ts'
import { ReceiverOfOne } from './receiver-of-one.ts'

const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'
const timbre = new TimbreProcess()
const receiver = new ReceiverOfOne()
let line: CommandLine
beforeAll(async () => {
  await Promise.all([timbre.start(), receiver.start()])
  line = await CommandLine.on(timbre)
})
afterAll(async () => {
  line.remove()
  receiver.stop()
  await timbre.destroy()
})

describe('verify', () => {
  const signed = (...args: string[]) => line.output('sign', 'call.completed', '--secret', SECRET, ...args)
  const verify = (input: string | Buffer, ...args: string[]) =>
    line.run(['verify', '-', '--secret', SECRET, ...args], input)

  test('accepts what sign makes, as raw HTTP and as a curl command', async () => {
    for (const form of ['http', 'curl']) {
      const ended = await verify(await signed('--as', form))
      expect([ended.code, ended.stdout.split('\n')[0], ended.stderr]).toEqual([0, 'It verifies', ''])
    }
    const [request] = (await line.json('sign', 'call.completed', '--secret', SECRET)) as never[]
    const { headers, body } = request as unknown as { headers: Record<string, string>; body: string }
    await verifySignature(body, headers, SECRET)
  })

  test('names the cause, tells it by the exit code, and shows no secret', async () => {
    const request = await signed()
    const cut = request.replace(/\r\ncontent-length: \d+/, '')
    const old = await signed('--at', '2020-01-01')
    for (const [input, args, cause, code] of [
      [`${cut}\n`, [], 'trailing_newline', 31],
      [cut.replace('{"id":', '{ "id": '), [], 'body_reserialised', 34],
      [request.replace(/webhook-signature.*\r\n/, ''), [], 'header_missing', 23],
      [old, [], 'replayed', 38],
      [request, ['--secret', SECRET.slice('whsec_'.length)], 'secret_spelling', 27],
      [request, ['--secret', 'whsec_****************ZjY3'], 'secret_masked', 22],
      [request, ['--secret', 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY4'], 'unknown', 20],
    ] as const) {
      const ended = await verify(input, ...args)
      expect(ended.stdout.split('\n')[0], cause).toBe(`It does not verify: ${cause}`)
      expect([ended.code, ended.stderr]).toEqual([code, ''])
      expect(ended.stdout).not.toContain(SECRET)
    }
    expect((await verify(old, '--at', 'sent')).code).toBe(0)
  })

  test('takes the secret of a webhook from the server, and what the webhook really sent', async () => {
    const [webhook] = await line.json('webhooks', 'create', receiver.url, '--event', 'call.completed')
    await line.output('trigger', 'call.completed', '--set', 'data.call_id=call-verified')
    const [received] = await until(
      async () => receiver.received,
      (all) => all.length > 0,
    )
    const body = join(line.folder, 'body.json')
    writeFileSync(body, received?.body ?? '')
    const headers = Object.entries(received?.headers ?? {}).flatMap(([name, value]) => [
      '--header',
      `${name}: ${value}`,
    ])
    const id = String(webhook?.['id'])
    expect(await line.output('verify', ...headers, '--body', body, '--webhook', id)).toMatch(/^It verifies\n/)
    const har = {
      log: {
        entries: [
          {
            startedDateTime: new Date().toISOString(),
            request: {
              headers: Object.entries(received?.headers ?? {}).map(([name, value]) => ({ name, value })),
              postData: { text: received?.body },
            },
          },
        ],
      },
    }
    const file = join(line.folder, 'session.har')
    writeFileSync(file, JSON.stringify(har))
    expect(await line.json('verify', file, '--webhook', id)).toMatchObject([{ verifies: true, cause: null }])
    await line.output('webhooks', 'delete', id, '--yes')
  })

  test('says what is missing', async () => {
    for (const [args, said] of [
      [['verify'], 'Name a file with the recorded request'],
      [['verify', 'nowhere.http', '--secret', SECRET], 'There is no file: nowhere.http'],
      [['verify', '-'], 'This is no recorded request'],
      [['sign', 'call.completed'], 'Which secret?'],
      [['sign', 'order.paid', '--secret', SECRET], 'is not built in'],
      [['sign', 'call.completed', '--secret', SECRET, '--webhook', 'x'], 'cannot be used with'],
    ] as const)
      expect(await line.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})

describe('trigger', () => {
  test('publishes the example of a type, changed as it was said', async () => {
    const [event] = await line.json('trigger', 'call.error', '--set', 'data.call_id=call-set', '--set', 'id=evt_mine')
    expect(event).toMatchObject({ id: 'evt_mine', deliveryCount: 0 })
    const [shown] = await line.json('events', 'show', 'evt_mine')
    expect(shown?.['data']).toMatchObject({ call_id: 'call-set', error_code: 'telephony_provider_unavailable' })
  })

  test('opens the editor, and publishes what is there then', async () => {
    const editor = join(line.folder, 'editor.sh')
    writeFileSync(editor, '#!/bin/sh\nsed -i s/Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6/call-edited/ "$1"\n')
    chmodSync(editor, 0o755)
    line.env['EDITOR'] = editor
    await line.output('trigger', 'call.completed', '--edit')
    expect(await line.json('events', 'list', '--call', 'call-edited')).toHaveLength(1)
    line.env['EDITOR'] = 'false'
    expect(await line.run(['trigger', 'call.completed', '--edit'])).toMatchObject({ code: 1 })
    delete line.env['EDITOR']
  })

  test('of a type that is not there ends with 6, and one that the schema refuses with 4', async () => {
    expect((await line.run(['trigger', 'call.complete'])).code).toBe(6)
    expect((await line.run(['trigger', 'call.completed', '--set', 'data.call_id=null'])).code).toBe(4)
  })
})

describe('simulate call', () => {
  test('publishes whole calls in the order of the scenario, with the times at which things happened', async () => {
    const printed = await line.output('simulate', 'call', '--scenario', 'out-of-order', '--seed', '7', '--speed', '0')
    expect(printed).toContain(
      'The same again: timbre simulate call --scenario out-of-order --count 1 --rate 1 --seed 7',
    )
    const [call] = await line.json('events', 'list', '--max', '1')
    const events = (await line.json('events', 'list', '--call', String(call?.['callId']))).reverse()
    const shown = []
    for (const { id } of events) shown.push(...(await line.json('events', 'show', String(id))))
    const statuses = shown.flatMap(({ data }) => (data as { call_status?: string }).call_status ?? [])
    expect(statuses).toEqual(['registered', 'ended', 'ended', 'ongoing'])
    const times = events.slice(1).map(({ createdAt }) => Date.parse(String(createdAt)))
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now())
  })

  test('publishes many calls beside each other, faster than real', async () => {
    const args = ['simulate', 'call', '--scenario', 'mixed', '--count', '5', '--rate', '5', '--seed', '3']
    const wanted = (await line.output(...args, '--print')).trim().split('\n')
    const published = await line.json(...args, '--speed', '100000')
    expect(published.length).toBe(wanted.length)
    const calls = new Set(wanted.map((text) => JSON.parse(text).data.call_id))
    expect(calls.size).toBe(5)
    for (const call of calls) expect((await line.json('events', 'list', '--call', call)).length).toBeGreaterThan(1)
  })
})
