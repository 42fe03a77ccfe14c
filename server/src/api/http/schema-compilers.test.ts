// Owns the guarantee that the schema of every response can be compiled, which is not tried before somebody is answered.
import { ROUTES, type Route } from '@timbre/contract/routes.ts'
import { expect, test } from 'vitest'
import { schemaCompilers } from './schema-compilers.ts'

const ROUTE = { method: 'GET', url: '/', httpStatus: '200' }

const routes: readonly [string, Route][] = Object.entries(ROUTES)

test.each(routes.filter(([, { response }]) => response !== undefined))(
  'the response of %s becomes the text of its schema',
  (_, { response }) => {
    const [example] = (response as { examples?: readonly object[] }).examples ?? [{}]
    const serialize = schemaCompilers.buildSerializer()({ ...ROUTE, schema: { ...response, required: [] } })
    expect(() => JSON.parse(serialize(example))).not.toThrow()
  },
)

test('a schema is looked at when the first response is written, and shows nothing that it does not name', () => {
  let looks = 0
  const schema = {
    type: 'object',
    get properties() {
      looks++
      return { id: { type: 'string' } }
    },
  }
  const serialize = schemaCompilers.buildSerializer()({ ...ROUTE, schema })
  expect(looks).toBe(0)
  expect(serialize({ id: 'a', secret: 's' })).toBe('{"id":"a"}')
  const once = looks
  expect(serialize({ id: 'b', secret: 's' })).toBe('{"id":"b"}')
  expect(looks).toBe(once)
})
