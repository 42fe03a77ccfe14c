// Owns the tests of the lock on a data directory: a second process is refused, a dead one leaves nothing behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DirectoryLock } from './directory-lock.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'timbre-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const lockModule = new URL('./directory-lock.ts', import.meta.url).href

/** Another process that takes the lock, says how it went, and holds it until it is killed. */
async function other(): Promise<{ readonly said: string; kill(): Promise<void> }> {
  const source = `
    import { DirectoryLock } from ${JSON.stringify(lockModule)}
    const lock = new DirectoryLock(${JSON.stringify(join(directory, 'timbre.db'))})
    try { lock.take(); console.log('taken') } catch (error) { console.log(error.message) }
    setInterval(() => lock, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout, 'data')
  const exited = once(child, 'exit')
  return {
    said: String(said).trim(),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

const refusal = () => `Another Timbre process is using ${directory}. Stop it, or choose another TIMBRE_DATA_DIR.`

test('a second process on the same directory is refused with a sentence that says what to do', async () => {
  const lock = new DirectoryLock(join(directory, 'timbre.db'))
  lock.take()
  const second = await other()
  expect(second.said).toBe(refusal())
  await second.kill()
  lock.release()
  const third = await other()
  expect(third.said).toBe('taken')
  await third.kill()
})

test('the lock of a process that was killed is free at once', async () => {
  const first = await other()
  const lock = new DirectoryLock(join(directory, 'timbre.db'))
  expect(() => lock.take()).toThrow(refusal())
  await first.kill()
  lock.take()
  lock.release()
})

test('one process cannot take the same directory twice either', () => {
  const lock = new DirectoryLock(join(directory, 'timbre.db'))
  const second = new DirectoryLock(join(directory, 'timbre.db'))
  lock.take()
  expect(() => second.take()).toThrow(refusal())
  lock.release()
  second.take()
  second.release()
})
