// Owns the tests of the settings that depend on each other.
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

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
