// Owns the guarantees of the master key's source. Must never leave a key behind: the directory is removed.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MASTER_KEY_FILE, makeMasterKey, PREVIOUS_KEY_FILE, readMasterKeys } from './master-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'timbre-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const read = (text: string | null, previousText: string | null = null) =>
  readMasterKeys({ text, previousText, dataDir })
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index))

test('reads the setting as base64, base64url or hexadecimal, and makes no file then', () => {
  for (const text of [
    KEY.toString('base64'),
    KEY.toString('base64url'),
    KEY.toString('hex'),
    ` ${KEY.toString('hex')}\n`,
  ]) {
    expect(read(text)).toEqual({ current: KEY, previous: null })
    expect(read(null, text)).toEqual({ current: null, previous: KEY })
  }
  expect(readdirSync(dataDir)).toEqual([])
})

test('refuses a setting of another form without showing it', () => {
  for (const text of ['', 'hunter2', KEY.subarray(1).toString('hex'), `${KEY.toString('hex')}00`, 'z'.repeat(64)]) {
    const load = () => read(text)
    expect(() => read(null, text)).toThrow('TIMBRE_MASTER_KEY_PREVIOUS is not a master key')
    expect(load).toThrow('TIMBRE_MASTER_KEY is not a master key: it must be 32 bytes')
    if (text !== '') expect(load).not.toThrow(text)
  }
})

test('makes a private file when it is told to, and reads the same key ever after', () => {
  expect(read(null)).toEqual({ current: null, previous: null })
  expect(readdirSync(dataDir)).toEqual([])
  const first = makeMasterKey(dataDir)
  expect(first).toHaveLength(32)
  expect(read(null)).toEqual({ current: first, previous: null })
  expect(makeMasterKey(dataDir)).toEqual(first)
  expect(readdirSync(dataDir)).toEqual([MASTER_KEY_FILE])
  expect(statSync(join(dataDir, MASTER_KEY_FILE)).mode & 0o777).toBe(0o600)
})

test('refuses a file that others can read, and one that holds no key, and leaves both as they are', () => {
  const file = join(dataDir, MASTER_KEY_FILE)
  writeFileSync(file, KEY.toString('base64'), { mode: 0o600 })
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    chmodSync(file, mode)
    expect(() => read(null)).toThrow(`can be read by others (mode ${mode.toString(8)})`)
  }
  chmodSync(file, 0o600)
  writeFileSync(file, '')
  expect(() => read(null)).toThrow('is not a master key')
  expect(readFileSync(file, 'utf8')).toBe('')
})

test('reads the key before from the file beside, unless it is set', () => {
  writeFileSync(join(dataDir, PREVIOUS_KEY_FILE), KEY.toString('hex'), { mode: 0o600 })
  expect(read(null)).toEqual({ current: null, previous: KEY })
  const other = Buffer.alloc(32, 1)
  expect(read(null, other.toString('hex'))).toEqual({ current: null, previous: other })
  // Where the key is set, the files are not looked at.
  expect(read(other.toString('hex'))).toEqual({ current: other, previous: null })
  chmodSync(join(dataDir, PREVIOUS_KEY_FILE), 0o644)
  expect(() => read(null)).toThrow('can be read by others')
})
