// Owns what `npm start` adds to the command: however npm ends, no server stays behind that holds the database.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { until } from '../support/until.ts'

const FOLDER = fileURLToPath(new URL('../..', import.meta.url))
const START_MS_MAX = 60_000

const dataDir = mkdtempSync(join(tmpdir(), 'timbre-npm-'))
let npm: ChildProcess
afterEach(() => {
  npm.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

test('no way to end npm leaves a server behind', async () => {
  for (const [signal, isClean] of [
    ['SIGTERM', true],
    ['SIGKILL', false],
  ] as const) {
    const { address, output } = await start()
    // Packed before the start, from these sources.
    expect((await fetch(`${address}/sdk.tgz`)).headers.get('content-type')).toBe('application/gzip')
    npm.kill(signal)
    const [code] = await once(npm, 'exit')
    if (isClean) expect(code).toBe(0)
    await until(
      () =>
        fetch(address).then(
          () => 'serves',
          () => 'gone',
        ),
      (state) => state === 'gone',
    )
    await until(
      async () => output(),
      (text) => text.includes('finishing what is in flight'),
    )
  }
})

async function start() {
  npm = spawn('npm', ['start'], {
    cwd: FOLDER,
    env: { ...process.env, TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  const served = await until(
    async () => /serves on (\S+)/.exec(output)?.[1] ?? '',
    (address) => address !== '',
    START_MS_MAX,
  )
  return { address: served, output: () => output }
}
