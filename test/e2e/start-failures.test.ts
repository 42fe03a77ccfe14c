// What an operator is told when a start or a command cannot do its work: a sentence that says what to do, no stack, no raw code.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runTimbre } from '../support/run-timbre.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'timbre-failures-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a database that does not answer is named by its address, never by its password', async () => {
  const settings = {
    DATABASE_URL: 'postgres://timbre:s3cret-word@127.0.0.1:1/timbre',
    TIMBRE_MASTER_KEY: 'ab'.repeat(32),
    TIMBRE_DATA_DIR: folder,
    TIMBRE_PORT: '0',
  }
  const { code, stderr, stdout } = await runTimbre(['start'], settings)
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/did not start: .*nothing listens at 127\.0\.0\.1:1\. Start PostgreSQL/),
  ])
  expect(stdout + stderr).not.toContain('s3cret-word')
})

test('a file where the data directory should be is called one', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, 'a text')
  const { code, stderr } = await runTimbre(['start'], { TIMBRE_DATA_DIR: file, TIMBRE_PORT: '0' })
  expect([code, stderr]).toEqual([1, expect.stringContaining('there is a file in its place. Set TIMBRE_DATA_DIR')])
})

test('a restore names the file that is no backup', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, 'a text'.repeat(1000))
  const { code, stderr } = await runTimbre(['restore', file], { TIMBRE_DATA_DIR: join(folder, 'data') })
  expect([code, stderr]).toEqual([2, expect.stringContaining(`${file} is not a backup of Timbre.`)])
})

test('a wrong option names the help of its command', async () => {
  const { code, stderr } = await runTimbre(['start', '--prod'], {})
  expect([code, stderr]).toEqual([2, expect.stringContaining('(timbre start --help shows what there is)')])
})
