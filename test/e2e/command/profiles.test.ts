// Which server is asked, with which key: what is kept, shown, forgotten, and how each failure ends.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { CommandLine } from './command-line.ts'

const timbre = new TimbreProcess()
const line = new CommandLine()
beforeAll(() => timbre.start())
afterAll(async () => {
  line.remove()
  await timbre.destroy()
})

const login = (key: string, ...args: string[]) => line.run(['login', '--base-url', timbre.address, ...args], `${key}\n`)
const profilesFile = () => join(line.folder, 'config/timbre/profiles.json')

describe('a profile', () => {
  test('is kept once the server accepts its key, for its owner alone, and used by other commands', async () => {
    const wrong = await login('sk_live_wrong_wrong_wrong', '--workspace-id', timbre.workspaceId)
    expect([wrong.code, wrong.stderr]).toEqual([5, expect.stringContaining('The API key is unknown or revoked')])
    expect(existsSync(profilesFile())).toBe(false)

    const right = await login(timbre.apiKey, '--workspace-id', timbre.workspaceId)
    expect([right.code, right.stderr]).toEqual([0, ''])
    expect(right.stdout).not.toContain(timbre.apiKey)
    expect(statSync(profilesFile()).mode & 0o777).toBe(0o600)
    expect(await line.json('whoami')).toMatchObject([
      { baseUrl: timbre.address, workspaceId: timbre.workspaceId, accepted: true },
    ])
    const shown = await line.output('whoami')
    expect(shown).toMatch(new RegExp(`^server +${timbre.address} \\(profile default\\)$`, 'm'))
    expect(shown).not.toContain(timbre.apiKey)
  })

  test('of an admin key needs no workspace; another key without one is told', async () => {
    expect((await login(timbre.adminKey, '--profile', 'admin')).code).toBe(0)
    expect(await line.output('whoami')).toContain('(profile admin)')
    const without = await login(timbre.apiKey, '--profile', 'other')
    expect([without.code, without.stderr]).toEqual([5, expect.stringContaining('--workspace-id')])
  })

  test('is forgotten, and another is used then', async () => {
    expect((await line.run(['logout', '--profile', 'admin'])).code).toBe(0)
    expect(await line.output('whoami')).toContain('(profile default)')
    expect((await line.run(['logout'])).code).toBe(0)
    expect(readFileSync(profilesFile(), 'utf8')).not.toContain('sk_')
    expect(await line.run(['logout'])).toMatchObject({ code: 2, stderr: 'There is no profile default.\n' })
    expect(await line.run(['whoami'])).toMatchObject({ code: 5, stderr: expect.stringContaining('timbre login') })
  })

  test('does not come from an empty standard input', async () => {
    expect(await login('')).toMatchObject({ code: 2, stderr: expect.stringContaining('has no API key') })
  })
})

describe('a wrong call', () => {
  test('ends with 2 and points to help', async () => {
    for (const [args, said] of [
      [['whoamy'], 'Did you mean whoami?'],
      [['whoami', '--jsno'], 'Did you mean --json?'],
      [['whoami', '--what'], '(timbre whoami --help shows what there is)'],
      [['whoami', '--base-url', 'nowhere'], 'There is no API key for nowhere'],
      [['whoami', '--base-url', 'nowhere', '--api-key', 'sk_live_1'], 'baseUrl must be an http(s) address'],
    ] as const) {
      const ended = await line.run(args)
      expect(ended.stderr).toContain(said)
      expect(ended.code, args.join(' ')).toBe(said.includes('no API key') ? 5 : 2)
    }
  })

  test('ends with 8 when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    await new Promise((resolve) => server.close(resolve))
    const ended = await line.run(['whoami', '--base-url', `http://127.0.0.1:${port}`, '--api-key', 'sk_live_1'])
    expect([ended.code, ended.stderr]).toEqual([8, expect.stringContaining('could not be reached')])
  })
})
