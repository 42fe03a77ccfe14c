// Owns the test that arrays arrive as they were given, through a real server.
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Element, ElementType } from './array-parameter.ts'
import { Session } from './session.ts'
import { statement } from './statement.ts'

const client = new pg.Client(inject('postgresUrl'))
beforeAll(() => client.connect())
afterAll(() => client.end())

/** As text, so that no driver reads them back the way in which it wrote them. */
async function seenBy(type: ElementType, values: readonly Element[]): Promise<readonly Element[]> {
  const seen = statement<{ readonly text: string | null }>(`seen_${type}`, `SELECT unnest($1::${type}[])::text AS text`)
  return (await new Session(client).all(seen, values)).map(({ text }) => text)
}

test.each<readonly [ElementType, readonly Element[], readonly Element[]]>([
  [
    'text',
    ['a', null, '', 'NULL', '{"x":"\\\\"}', 'Grüße 📞', "it's\n"],
    ['a', null, '', 'NULL', '{"x":"\\\\"}', 'Grüße 📞', "it's\n"],
  ],
  ['text', ['x'.repeat(2_000_000), 'y'], ['x'.repeat(2_000_000), 'y']],
  ['int', [0, -1, null, 2147483647], ['0', '-1', null, '2147483647']],
  ['smallint', [1, null, -32768], ['1', null, '-32768']],
  [
    'bigint',
    [0, -1, 4294967295, 4294967296, 1795645000123, Number.MAX_SAFE_INTEGER, null],
    ['0', '-1', '4294967295', '4294967296', '1795645000123', '9007199254740991', null],
  ],
  ['bigint', ['-9223372036854775808', -4294967297], ['-9223372036854775808', '-4294967297']],
  ['float8', [3.25, -0.5, null], ['3.25', '-0.5', null]],
  ['text', [], []],
  ['bigint', [], []],
])('%s arrives as it was given', async (type, values, expected) => {
  expect(await seenBy(type, values)).toEqual(expected)
})

test('a number that is not whole is refused before it is sent', async () => {
  await expect(seenBy('bigint', [0.5])).rejects.toThrow('a number of 64 bits is a whole one')
})
