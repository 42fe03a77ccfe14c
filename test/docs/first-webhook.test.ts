// Owns the promise of the README: from a fresh clone to a delivered event by pasting its blocks into two terminals. It prints how long
// that took (90 s is the goal), and asserts no time: a busy machine, or registry, would make it red without a fault.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { Terminal } from '../support/terminal.ts'
import { linesOf, stepsIn } from './code-blocks.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const INSTALL_MS_MAX = 600_000
const scratch = mkdtempSync(join(tmpdir(), 'timbre-clone-'))
const terminals: Terminal[] = []
afterAll(async () => {
  await Promise.all(terminals.map((terminal) => terminal.close()))
  rmSync(scratch, { recursive: true, force: true })
})

test("the README's three blocks lead from a fresh clone to a delivered event", {
  timeout: 2 * INSTALL_MS_MAX,
}, async () => {
  const begun = performance.now()
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', REPOSITORY, scratch])
  const markdown = readFileSync(join(scratch, 'README.md'), 'utf8')
  const start = stepsIn(markdown, 'sh').find(({ text }) => text === 'npm start -- --dev\n')
  const [register, publish] = stepsIn(markdown, 'bash')
  if (start === undefined || register === undefined || publish === undefined) throw new Error('A block is not there.')

  const [port, receiverPort] = [await freePort(), await freePort()]
  const here = (text: string) =>
    text
      .replaceAll('http://127.0.0.1:8080', `http://127.0.0.1:${port}`)
      .replaceAll('http://127.0.0.1:3000', `http://127.0.0.1:${receiverPort}`)
      .replaceAll('npm run --silent receiver', `npm run --silent receiver -- --port ${receiverPort}`)

  const first = terminal({ TIMBRE_PORT: String(port) })
  const shown = await first.paste(start.text, (output) => /^ {2}export WORKSPACE_ID=.*\n/m.test(output), INSTALL_MS_MAX)
  const lines = linesOf(shown)
  for (const line of linesOf(here(start.output)).filter((line) => !line.includes('sk_'))) expect(lines).toContain(line)

  const second = terminal({})
  const keys = /^ {2}(export WORKSPACE_ID=.*)\n/m.exec(shown)?.[1] ?? ''
  await second.paste(keys, () => true)
  for (const { text, output } of [register, publish]) {
    const expected = linesOf(here(output))
    const printed = await second.paste(here(text), (so_far) => linesOf(so_far).length >= expected.length)
    expect(linesOf(printed)).toEqual(expected)
  }
  const seconds = (performance.now() - begun) / 1000
  console.log(`From a fresh clone to "status": "success": ${seconds.toFixed(1)} s`)
})

/** In the clone, with the Node and npm of the system, as its reader has them. */
function terminal(settings: Readonly<Record<string, string>>): Terminal {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const opened = new Terminal(scratch, { HOME: process.env['HOME'], PATH: path.join(delimiter), ...settings })
  terminals.push(opened)
  return opened
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
