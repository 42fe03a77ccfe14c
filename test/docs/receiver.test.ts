// Owns what a reader sees of the README's blocks when something is wrong: the sentence of the error, and what to do.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Terminal } from '../support/terminal.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { stepsIn } from './code-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [register] = stepsIn(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'), 'bash')
const timbre = new TimbreProcess()
const terminals: Terminal[] = []
beforeAll(() => timbre.start())
afterAll(async () => {
  await Promise.all(terminals.map((terminal) => terminal.close()))
  await timbre.destroy()
})

test('a wrong key is told by the very block that uses it, and nothing waits in silence', async () => {
  const env = { PATH: process.env['PATH'], WORKSPACE_ID: timbre.workspaceId, API_KEY: 'sk_live_wrong' }
  const terminal = new Terminal(root, env)
  terminals.push(terminal)
  const block = (register?.text ?? '').replaceAll('http://127.0.0.1:8080', timbre.address)
  const printed = await terminal.paste(block, (output) => output.includes('Set WEBHOOK_SECRET'))
  expect(printed).toContain('The API key is unknown or revoked.')
  expect(printed).not.toContain('Waiting for events')
})

test('the receiver says what is missing, and which port to take instead', async () => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ['scripts/receiver.ts', ...args], { cwd: root, encoding: 'utf8', env })
  const without = run([], {})
  expect(without.stderr).toBe(
    'Set WEBHOOK_SECRET to the secret of the webhook: GET /v1/webhooks/{id}/secret shows it.\n',
  )
  expect(without.status).toBe(1)

  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo // it listens on TCP
  const taken = run(['--port', String(port)], { WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
  other.close()
  expect(taken.stderr).toBe(`Port ${port} is in use. Choose another: npm run receiver -- --port ${port + 1}\n`)
  expect(taken.status).toBe(1)
})
