import { execFileSync, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signRequest } from '@getsupervisor/agents-studio-sdk/receiver'
import { afterAll, describe, expect, test } from 'vitest'
import { stepsIn } from './code-blocks.ts'
import { LANGUAGES } from './languages.ts'

const page = readFileSync(
  fileURLToPath(new URL('../../docs/guides/verify-in-other-languages.md', import.meta.url)),
  'utf8',
)
const scratch = mkdtempSync(join(tmpdir(), 'timbre-languages-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

interface Case {
  readonly what: string
  readonly isGenuine: boolean
  readonly fields: readonly [body: string, id: string, timestamp: string, signature: string, secret: string]
}

const OURS = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ANOTHER = 'whsec_c2VjcmV0IG9mIGFub3RoZXIgd2ViaG9vaw=='

async function signed(secret: string, sentAt = Date.now()) {
  const event = { type: 'call.completed', data: { call_id: 'llamada ñandú 📞' } } as const
  const { headers, body } = await signRequest(event, secret, { sentAt })
  const header = new Headers(headers)
  const of = (name: string) => header.get(name) ?? ''
  return {
    body: String(body),
    id: of('webhook-id'),
    timestamp: of('webhook-timestamp'),
    signature: of('webhook-signature'),
  }
}

async function cases(): Promise<Case[]> {
  const now = await signed(OURS)
  const { body, id, timestamp, signature } = now
  const raw = await signed('a secret of my own')
  const old = await signed(OURS, Date.now() - 301_000)
  const early = await signed(OURS, Date.now() + 330_000)
  const another = (await signed(ANOTHER)).signature
  const byNobody = `v1,${createHmac('sha256', '').update(`${id}.${timestamp}.${body}`).digest('base64')}`
  const genuine = (what: string, fields: Case['fields']): Case => ({ what, isGenuine: true, fields })
  const refused = (what: string, fields: Case['fields']): Case => ({ what, isGenuine: false, fields })
  return [
    genuine('as it was sent', [body, id, timestamp, signature, OURS]),
    genuine('a secret that is text', [raw.body, raw.id, raw.timestamp, raw.signature, 'a secret of my own']),
    genuine('the second of two signatures', [body, id, timestamp, `${another} ${signature}`, OURS]),
    refused('another secret', [body, id, timestamp, signature, ANOTHER]),
    refused('no secret', [body, id, timestamp, byNobody, '']),
    refused('a secret that is a prefix alone', [body, id, timestamp, byNobody, 'whsec_']),
    refused('a changed body', [body.replace('ñ', 'n'), id, timestamp, signature, OURS]),
    refused('a line end more', [`${body}\n`, id, timestamp, signature, OURS]),
    refused('another id', [body, `${id}0`, timestamp, signature, OURS]),
    refused('too old', [old.body, old.id, old.timestamp, old.signature, OURS]),
    refused('too new', [early.body, early.id, early.timestamp, early.signature, OURS]),
    refused('a timestamp that is no number', [body, id, 'now', signature, OURS]),
    refused('a timestamp that is too long', [body, id, '9'.repeat(40), signature, OURS]),
    refused('a part of the signature', [body, id, timestamp, signature.slice(0, -4), OURS]),
    refused('no headers', [body, '', '', '', OURS]),
  ]
}

describe('the function that verifies', () => {
  for (const { fence, probe, files, commands } of LANGUAGES) {
    const isThere = spawnSync(probe[0], probe.slice(1)).status === 0
    if (!isThere) process.stdout.write(`Verifying in ${fence} is not tested: there is no ${probe[0]} on the PATH.\n`)

    test.skipIf(!isThere)(`in ${fence} takes what is genuine and nothing else`, async () => {
      const [block, ...more] = stepsIn(page, fence)
      expect(more).toEqual([])
      const all = await cases()
      const printed = run(fence, files(block?.text ?? ''), commands, all)
      const verdicts = all.map(({ what, isGenuine }) => `${what}: ${isGenuine}`)
      expect(printed.map((verdict, nth) => `${all[nth]?.what}: ${verdict}`)).toEqual(verdicts)
    })
  }
})

function run(
  name: string,
  files: Readonly<Record<string, string>>,
  commands: readonly (readonly [string, ...string[]])[],
  all: readonly Case[],
): string[] {
  const cwd = join(scratch, name)
  mkdirSync(cwd)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text)
  const lines = all.map(({ fields }) => fields.map((field) => Buffer.from(field).toString('base64')).join('\t'))
  // Go wants a home for what it compiles; the folder goes with it.
  const env = { ...process.env, HOME: cwd, GOCACHE: join(cwd, 'cache'), GO111MODULE: 'off', GOFLAGS: '' }
  let output = ''
  for (const [program, ...args] of commands)
    output = execFileSync(program, args, { cwd, env, input: `${lines.join('\n')}\n`, encoding: 'utf8' })
  return output.trim().split('\n')
}
