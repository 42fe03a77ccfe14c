// Owns the guarantees of the master key's source. Must never leave a key behind: the directory is removed.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadMasterKey, MASTER_KEY_FILE } from './master-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'timbre-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index))

test('reads the setting as base64, base64url or hexadecimal, and makes no file then', () => {
  for (const text of [
    KEY.toString('base64'),
    KEY.toString('base64url'),
    KEY.toString('hex'),
    ` ${KEY.toString('hex')}\n`,
  ]) {
    expect(Buffer.from(loadMasterKey({ text, dataDir }))).toEqual(KEY)
  }
  expect(readdirSync(dataDir)).toEqual([])
})

test('refuses a setting of another form without showing it', () => {
  for (const text of ['', 'hunter2', KEY.subarray(1).toString('hex'), `${KEY.toString('hex')}00`, 'z'.repeat(64)]) {
    const load = () => loadMasterKey({ text, dataDir })
    expect(load).toThrow('TIMBRE_MASTER_KEY is not a master key: it must be 32 bytes')
    if (text !== '') expect(load).not.toThrow(text)
  }
})

test('makes a private file at the first start and reads the same key ever after', () => {
  const first = loadMasterKey({ text: null, dataDir })
  expect(first).toHaveLength(32)
  expect(Buffer.from(loadMasterKey({ text: null, dataDir }))).toEqual(Buffer.from(first))
  expect(readdirSync(dataDir)).toEqual([MASTER_KEY_FILE])
  expect(statSync(join(dataDir, MASTER_KEY_FILE)).mode & 0o777).toBe(0o600)
})

test('refuses a file that others can read, and one that holds no key, and leaves both as they are', () => {
  const file = join(dataDir, MASTER_KEY_FILE)
  writeFileSync(file, KEY.toString('base64'), { mode: 0o600 })
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    chmodSync(file, mode)
    expect(() => loadMasterKey({ text: null, dataDir })).toThrow(`can be read by others (mode ${mode.toString(8)})`)
  }
  chmodSync(file, 0o600)
  writeFileSync(file, '')
  expect(() => loadMasterKey({ text: null, dataDir })).toThrow('is not a master key')
  expect(readFileSync(file, 'utf8')).toBe('')
})
