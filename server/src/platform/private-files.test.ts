// Owns the guarantees of the data directory's modes. Must never leave a file behind: the directory is removed.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tightenDataDirectory } from './private-files.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'timbre-private-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const modeOf = (name = '') => (statSync(join(directory, name)).mode & 0o777).toString(8)
const write = (name: string, mode: number) => {
  writeFileSync(join(directory, name), name)
  chmodSync(join(directory, name), mode)
}

test('takes the rights of others from the directory and from each file of Timbre, and says which', () => {
  chmodSync(directory, 0o755)
  const names = ['timbre.db', 'timbre.db-wal', 'timbre.db-shm', 'timbre.lock', 'node-id']
  for (const name of names) write(name, 0o644)
  const tightened = tightenDataDirectory(directory, true)
  expect(tightened).toHaveLength(1 + names.length)
  expect(tightened[0]).toBe(`${directory} (mode 755)`)
  expect([modeOf(), ...names.map(modeOf)]).toEqual(['700', ...names.map(() => '600')])
  expect(readFileSync(join(directory, 'timbre.db'), 'utf8')).toBe('timbre.db')
})

test('leaves what is private, and what is not Timbre’s, as it is', () => {
  write('timbre.db', 0o400)
  write('ca.pem', 0o644)
  write('master.key', 0o644)
  expect(tightenDataDirectory(directory, true)).toEqual([])
  expect([modeOf('timbre.db'), modeOf('ca.pem'), modeOf('master.key')]).toEqual(['400', '644', '644'])
})
