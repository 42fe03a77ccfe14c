// What somebody does with providers of calls from a shell: sets them up, simulates them, and finds out why a request is refused.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providerRequest } from '@timbre/contract/providers/provider-request.ts'
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { signedBy, TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import { SOURCE_KINDS, type SourceKind } from '@timbre/contract/source.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { CommandLine } from './command-line.ts'

const URL_OF = 'https://hooks.example.com/sources/abc'
const timbre = new TimbreProcess()
let line: CommandLine
beforeAll(async () => {
  await timbre.start()
  line = await CommandLine.on(timbre)
})
afterAll(async () => {
  line.remove()
  await timbre.destroy()
})

function file(name: string, text: string): string {
  const path = join(line.folder, name)
  writeFileSync(path, text)
  return path
}

describe('sources', () => {
  test('are made, shown with where to paste their URL, edited, and deleted', async () => {
    const secret = file('twilio.txt', `${TEST_SECRETS.twilio}\n`)
    const agent = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
    const options = ['--public-url', 'https://hooks.example.com', '--agent', `+12137771234=${agent}`]
    const made = await line.output('sources', 'create', 'Main', '--kind', 'twilio', '--secret-file', secret, ...options)
    expect(made).toMatch(/^url +https:\/\/hooks\.example\.com\/sources\/\S{54}$/m)
    expect(made).toMatch(/^paste it at +Phone Numbers → /m)
    expect(made).not.toContain(TEST_SECRETS.twilio)
    const [, id = ''] = /^source +(src_\S+)/m.exec(made) ?? []
    expect(await line.output('sources', 'list')).toContain(id)
    const other = file('other.txt', 'another-secret-0001')
    const edited = await line.output(
      'sources',
      'edit',
      id,
      '--name',
      'Second',
      '--secret-file',
      other,
      '--agent',
      'none',
    )
    expect(edited).toMatch(/^name +Second$/m)
    expect(edited).toMatch(/^replaced secret until +20/m)
    expect(edited).not.toContain(agent)
    expect(await line.output('sources', 'requests', id)).toContain('Nothing came yet')
    await line.output('sources', 'delete', id, '--yes')
    expect((await line.run(['sources', 'show', id])).code).toBe(6)
  })

  test('say what is missing', async () => {
    for (const [args, said] of [
      [['sources', 'create', 'x', '--kind', 'twilio'], 'What twilio signs with: give it with --secret-file.'],
      [['sources', 'create', 'x', '--kind', 'nobody'], 'Allowed choices are retell'],
      [['sources', 'create', 'x', '--kind', 'twilio', '--agent', 'a'], 'has no ='],
      [['simulate', 'call', '--secret-file', 'x'], 'say which with --source'],
      [['simulate', 'call', '--source', 'twilio', '--scenario', 'voicemail'], 'With --source the scenarios are'],
    ] as const)
      expect(await line.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})

describe('simulate call --source', () => {
  test.each(SOURCE_KINDS)('%s posts signed requests, and leaves calls and no source', async (kind) => {
    const output = await line.output('simulate', 'call', '--source', kind, '--seed', '7', '--speed', '0')
    const callId = 'simulated-7-1'
    expect(output).toMatch(new RegExp(`^call 1  ${callId}  taken$`, 'm'))
    expect(output).not.toContain('401')
    const [call] = await line.json('calls', 'list', '--max', '1')
    expect(call).toMatchObject({ callId, status: 'ended' })
    expect(await line.output('sources', 'list')).toContain('There is no source yet')
    // The next provider's call has the same id.
    const [apiKey, workspaceId] = [line.env['TIMBRE_API_KEY'] ?? '', line.env['TIMBRE_WORKSPACE_ID'] ?? '']
    await timbre.client({ apiKey, workspaceId }).events.eraseCall(callId)
  })

  test('goes to a source of one’s own with its secret, and tells what is refused', async () => {
    const key = file('retell.txt', TEST_SECRETS.retell)
    await line.output('sources', 'create', 'Retell', '--kind', 'retell', '--secret-file', key)
    const args = ['simulate', 'call', '--source', 'retell', '--speed', '0', '--seed', '8']
    await line.output(...args, '--scenario', 'carrier-error', '--secret-file', key)
    const [source] = await line.json('sources', 'list')
    const shown = await line.output('sources', 'requests', String(source?.['id']))
    expect(shown).toMatch(/call_analyzed +error +simulated-8-1/)
    const wrong = file('wrong.txt', 'key_that_is_another_one')
    const refused = await line.run([...args, '--secret-file', wrong])
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('401 ')])
    expect(await line.output('sources', 'requests', String(source?.['id']))).toContain('wrong_secret')
  })
})

describe('verify --source', () => {
  /** As a proxy or a tunnel records it. */
  const recorded = (kind: SourceKind, at = Date.now()) => {
    const [payload = {}] = sampleCall(kind, 'c')
    const { headers, body } = signedBy({ kind, url: URL_OF, payload, now: at })
    const { host, pathname } = new URL(URL_OF)
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`)
    return [`POST ${pathname} HTTP/1.1`, ...lines, '', Buffer.from(body).toString('utf8')].join('\r\n')
  }
  const verify = (input: string, kind: SourceKind, ...args: string[]) =>
    line.run(['verify', '-', '--source', kind, '--secret', TEST_SECRETS[kind], ...args], input)

  test.each(SOURCE_KINDS)('%s is verified, and a wrong secret has its exit code', async (kind) => {
    expect(await verify(recorded(kind), kind)).toMatchObject({ code: 0, stdout: 'It verifies\n', stderr: '' })
    const other = kind === 'telnyx' ? Buffer.alloc(32, 7).toString('base64') : 'another-secret-of-long-ago'
    const wrong = await line.run(['verify', '-', '--source', kind, '--secret', other], recorded(kind))
    expect([wrong.code, wrong.stdout.split('\n')[0]]).toEqual([43, 'It does not verify: wrong_secret'])
  })

  test('looks at the time unless it is told not to, and at the URL that was called', async () => {
    const old = recorded('retell', Date.parse('2020-01-01'))
    expect((await verify(old, 'retell')).code).toBe(46)
    expect((await verify(old, 'retell', '--at', 'sent')).code).toBe(0)
    expect((await verify(recorded('twilio'), 'twilio', '--url', 'http://hooks.example.com/sources/abc')).code).toBe(45)
    const bare = recorded('twilio').split('\r\n').slice(2).join('\r\n')
    expect(await verify(bare, 'twilio')).toMatchObject({ code: 2, stderr: expect.stringContaining('give --url') })
  })

  test('goes by what a source declares', async () => {
    const hmac = { signatureHeader: 'X-PBX', prefix: 'v1=' }
    const message = { kind: 'generic' as const, url: URL_OF, payload: { call_id: 'c', status: 'ended' } }
    const { headers, body } = providerRequest(message, { secret: TEST_SECRETS.generic, hmac }, Date.now())
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const text = ['POST / HTTP/1.1', ...lines, '', Buffer.from(body).toString('utf8')].join('\r\n')
    const declared = file('verification.json', JSON.stringify(hmac))
    expect((await verify(text, 'generic', '--verification-file', declared)).code).toBe(0)
    expect((await verify(text, 'generic')).code).toBe(40)
  })
})
