// Owns the tests of the PostgreSQL backend: the conformance suite, on a database of its own.
import { afterAll, beforeAll, inject } from 'vitest'
import { storageConformance } from '../conformance/conformance.ts'
import { SharedDatabase } from './testing/test-storage-on-database.ts'

let database: SharedDatabase
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
})
afterAll(() => database.drop())

storageConformance('PostgresStorage', () => database.storage())
