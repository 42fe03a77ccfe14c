import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readChangelog } from './changelog.ts'
import { PLACES, prepareVersion, versionsIn } from './prepare-version.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'timbre-version-'))
  for (const file of [...Object.keys(PLACES), 'CHANGELOG.md']) cpSync(join(ROOT, file), join(root, file))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8')

test('every place says the next version, and nothing else changes', () => {
  prepareVersion(root, '7.8.9', '2027-01-02')
  for (const [file, before] of Object.entries(PLACES)) {
    const old = versionsIn(read(ROOT, file), before)
    expect(old.length).toBeGreaterThan(0)
    expect(versionsIn(read(root, file), before)).toEqual(old.map(() => '7.8.9'))
    expect(read(root, file).replaceAll('7.8.9', old[0] ?? '')).toBe(read(ROOT, file))
  }
})

test('what waited in the changelog is the new version, and nothing waits any more', () => {
  const [waiting] = readChangelog(read(ROOT, 'CHANGELOG.md'))
  prepareVersion(root, '7.8.9', '2027-01-02')
  expect(readChangelog(read(root, 'CHANGELOG.md')).slice(0, 2)).toEqual([
    { version: undefined, date: undefined, text: '' },
    { version: '7.8.9', date: '2027-01-02', text: waiting?.text },
  ])
})

test.each(['0.2', 'v0.2.0', '0.2.0-beta', ''])('%j is no version', (text) => {
  expect(() => prepareVersion(root, text, '2027-01-02')).toThrow('no version')
  expect(read(root, 'CHANGELOG.md')).toBe(read(ROOT, 'CHANGELOG.md'))
})
