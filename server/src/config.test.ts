// Owns the tests of the settings that depend on each other.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { fileSettingOf, SECRET_SETTINGS } from './settings.ts'

const url = 'postgres://timbre:secret@db:5432/timbre'

test('a replica is a part of the database, and absent by default', () => {
  expect(readConfig({ DATABASE_URL: url }, []).database).toMatchObject({ url, readUrl: null })
  expect(readConfig({ DATABASE_URL: url, DATABASE_READ_URL: `${url}?ro` }, []).database).toMatchObject({
    url,
    readUrl: `${url}?ro`,
  })
})

test('a replica without its database, or with a URL that is none, stops the start and is not shown', () => {
  expect(() => readConfig({ DATABASE_READ_URL: url }, [])).toThrow('DATABASE_READ_URL needs DATABASE_URL beside it.')
  const wrong = () => readConfig({ DATABASE_URL: url, DATABASE_READ_URL: 'mysql://secret@db' }, [])
  expect(wrong).toThrow(/^DATABASE_READ_URL must be like postgres:/)
  expect(wrong).not.toThrow('mysql')
})

test('how large the database may become is told of PostgreSQL only, in whole gigabytes', () => {
  const capacityOf = (given: object) => readConfig({ DATABASE_URL: url, ...given }, []).database?.capacityBytes
  expect([capacityOf({}), capacityOf({ TIMBRE_DATABASE_CAPACITY_GB: '80' })]).toEqual([null, 80e9])
  expect(() => capacityOf({ TIMBRE_DATABASE_CAPACITY_GB: '80 GB' })).toThrow('a whole number from 1 to 1000000')
  expect(() => readConfig({ TIMBRE_DATABASE_CAPACITY_GB: '80' }, [])).toThrow('needs DATABASE_URL beside it.')
})

describe('a secret from a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-secret-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const file = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(directory, name), text)
    chmodSync(join(directory, name), mode)
    return join(directory, name)
  }
  const usable = (name: string) => (name.startsWith('DATABASE') ? url : 'sk_admin_0123456789abcdef')

  test('is read for every secret setting, without the line end behind it', () => {
    expect(SECRET_SETTINGS.length).toBeGreaterThanOrEqual(5)
    const files = SECRET_SETTINGS.map((name) => [fileSettingOf(name), file(name, `${usable(name)}\r\n`)])
    const needed = { TIMBRE_BOOTSTRAP_WORKSPACE_ID: '5f0c9ac8-5d7c-4f3b-8f4e-0a52a0a1b2c3' }
    const config = readConfig({ ...Object.fromEntries(files), ...needed }, [])
    expect(config.database).toMatchObject({ url, readUrl: url })
    expect([config.adminKey, config.masterKey, config.bootstrap?.apiKey]).toEqual(Array(3).fill(usable('')))
  })

  test('must not be given twice; an empty name is none', () => {
    const key = file('admin', 'sk_admin_0123456789abcdef')
    const both = { TIMBRE_ADMIN_KEY: 'sk_admin_0123456789abcdef', TIMBRE_ADMIN_KEY_FILE: key }
    expect(() => readConfig(both, [])).toThrow(
      'TIMBRE_ADMIN_KEY and TIMBRE_ADMIN_KEY_FILE are both set. Set one of them.',
    )
    expect(readConfig({ ...both, TIMBRE_ADMIN_KEY_FILE: '' }, []).adminKey).toBe(both.TIMBRE_ADMIN_KEY)
    expect(readConfig({ ...both, TIMBRE_ADMIN_KEY: '' }, []).adminKey).toBe(both.TIMBRE_ADMIN_KEY)
  })

  test('that cannot be read stops the start with the setting, the file and why, and never with what is in it', () => {
    const wrong: readonly (readonly [string, string])[] = [
      [join(directory, 'missing'), 'there is no such file'],
      [join(file('plain', 'x'), 'below'), 'there is no such file'],
      [directory, 'it is not a file'],
      [file('empty', '\n'), 'it is empty'],
      [file('long', 's'.repeat(65_537)), 'it has more than 65536 bytes'],
    ]
    for (const [path, why] of wrong)
      expect(() => readConfig({ TIMBRE_MASTER_KEY_FILE: path }, [])).toThrow(
        `TIMBRE_MASTER_KEY_FILE names ${path}, which cannot be used: ${why}.`,
      )
    const short = { TIMBRE_ADMIN_KEY_FILE: file('short', 'hunter2') }
    expect(() => readConfig(short, [])).toThrow('TIMBRE_ADMIN_KEY must have 16 to 256')
    expect(() => readConfig(short, [])).not.toThrow('hunter2')
  })

  test('there is for secret settings only', () => {
    expect(() => readConfig({ TIMBRE_PORT_FILE: '/x' }, [])).toThrow('There is no setting TIMBRE_PORT_FILE.')
  })
})

test('what Node was told past our settings is for the log, and stops nothing', () => {
  expect(readConfig({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, []).weaknesses).toHaveLength(1)
  expect(readConfig({}, []).weaknesses).toEqual([])
})

test('where browsers reach it is an origin, and so is each page that may show a portal', () => {
  const given = {
    TIMBRE_PUBLIC_URL: 'https://timbre.example.com',
    TIMBRE_FRAME_ANCESTORS: 'https://a.example, http://b.example:81',
  }
  const config = readConfig(given, [])
  expect(config.publicUrl).toBe(given.TIMBRE_PUBLIC_URL)
  expect(config.frameAncestors).toEqual(['https://a.example', 'http://b.example:81'])
  expect(readConfig({}, [])).toMatchObject({ publicUrl: null, frameAncestors: [] })
  for (const url of [
    'https://timbre.example.com/',
    'timbre.example.com',
    'ftp://a.example',
    'https://a.example/portal',
  ])
    expect(() => readConfig({ TIMBRE_PUBLIC_URL: url }, [])).toThrow('TIMBRE_PUBLIC_URL is')
  expect(() => readConfig({ TIMBRE_FRAME_ANCESTORS: '*' }, [])).toThrow('TIMBRE_FRAME_ANCESTORS is')
})

test('test receivers are there with --dev, or when they are asked for, and never on PostgreSQL', () => {
  const has = (given: Record<string, string>, args: string[] = []) => readConfig(given, args).hasTestReceivers
  expect([has({}), has({}, ['--dev']), has({ TIMBRE_TEST_RECEIVERS: '1' })]).toEqual([false, true, true])
  expect(has({ TIMBRE_TEST_RECEIVERS: '0' }, ['--dev'])).toBe(false)
  const database = { DATABASE_URL: 'postgres://db/timbre' }
  expect(has(database, ['--dev'])).toBe(false)
  expect(() => has({ ...database, TIMBRE_TEST_RECEIVERS: '1' })).toThrow('cannot be with DATABASE_URL')
})
