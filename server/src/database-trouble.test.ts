// Owns the proof that what is wrong with a database is said in a sentence that helps.
import { expect, test } from 'vitest'
import { databaseTrouble } from './database-trouble.ts'

const fault = (code: string, more: object = {}, message = 'raw') => Object.assign(new Error(message), { code, ...more })

test.each([
  [fault('ECONNREFUSED', { address: '127.0.0.1', port: 15999 }), /nothing listens at 127\.0\.0\.1:15999\. Start/],
  [new AggregateError([fault('ECONNREFUSED', { address: '::1', port: 5432 })]), /nothing listens at ::1:5432/],
  [fault('ENOTFOUND', { hostname: 'db.example' }), /no host db\.example/],
  [fault('ETIMEDOUT'), /its address does not answer/],
  [fault('28P01'), /refuses the password/],
  [fault('3D000', {}, 'database "timbre" does not exist'), /database "timbre" does not exist\. Make it with createdb/],
])('says what is the matter and what to do', (error, sentence) => {
  expect(databaseTrouble(error)).toMatch(/^The database cannot be reached: /)
  expect(databaseTrouble(error)).toMatch(sentence)
})

test('leaves alone what is about something else', () => {
  expect(databaseTrouble(fault('EADDRINUSE'))).toBeUndefined()
  expect(databaseTrouble(new Error('no code'))).toBeUndefined()
  expect(databaseTrouble('a text')).toBeUndefined()
})
