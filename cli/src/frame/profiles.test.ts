import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../../../test/support/scratch.ts'
import { readProfiles, withoutProfile, withProfile, writeProfiles } from './profiles.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const WORK = { baseUrl: 'https://timbre.example.com', workspaceId: 'w', apiKey: 'sk_live_1' }

describe('the file of profiles', () => {
  test('is for its owner alone, and nothing else is left beside it', () => {
    const file = join(folder, 'new', 'profiles.json')
    const profiles = withProfile(readProfiles(file), 'work', WORK)
    writeProfiles(profiles, file)
    expect(readProfiles(file)).toEqual({ current: 'work', profiles: { work: WORK } })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    expect(readdirSync(dirname(file))).toEqual(['profiles.json'])
  })

  test('is not used while others can read it', () => {
    const file = join(folder, 'open.json')
    writeProfiles(withProfile(readProfiles(file), 'work', WORK), file)
    chmodSync(file, 0o640)
    expect(() => readProfiles(file)).toThrow(`chmod 600 ${file}`)
    writeProfiles(withProfile({ current: 'work', profiles: {} }, 'work', WORK), file)
    expect(readProfiles(file).profiles).toEqual({ work: WORK })
  })

  test('that is no such file is named, and left as it is', () => {
    const file = join(folder, 'broken.json')
    for (const text of ['{', '{}', '{"current":"a","profiles":{"a":{"baseUrl":1,"apiKey":"k"}}}', 'null']) {
      writeFileSync(file, text, { mode: 0o600 })
      expect(() => readProfiles(file)).toThrow(`${file} is not what "timbre login" writes`)
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
  })

  test('goes on with another profile when the current one is forgotten', () => {
    const two = withProfile({ current: 'a', profiles: { a: WORK } }, 'b', WORK)
    expect(two.current).toBe('b')
    expect(withoutProfile(two, 'b')).toEqual({ current: 'a', profiles: { a: WORK } })
    expect(withoutProfile(withoutProfile(two, 'b'), 'a')).toEqual({ current: 'default', profiles: {} })
  })
})
