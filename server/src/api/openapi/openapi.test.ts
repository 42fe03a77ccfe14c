// Owns the guarantees of the OpenAPI document: valid by a foreign validator, complete, the same each time.
// Must never read the generated file: `scripts/reference.ts --check` does.
import { Validator } from '@seriousme/openapi-schema-validator'
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'

const document = openApiDocument(ROUTES, BUILT_IN_EVENT_TYPES, '1.2.3')

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const result = await validator.validate({ ...structuredClone(document) })
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    expect(validator.version).toBe('3.1')
  })

  test('has an operation for every route of the table and no other', () => {
    const operations = Object.values(document['paths'] as Record<string, Record<string, { operationId: string }>>)
    const ids = operations.flatMap((path) => Object.values(path).map((operation) => operation.operationId))
    expect(ids.sort()).toEqual(Object.keys(ROUTES).sort())
  })

  test('describes what a receiver gets for every built-in type', () => {
    expect(Object.keys(document['webhooks'] as object)).toEqual(BUILT_IN_EVENT_TYPES.map((type) => type.key))
  })

  test('refers only to schemas that it has', () => {
    const text = JSON.stringify(document)
    const schemas = (document['components'] as { schemas: object }).schemas
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1])
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter((name) => !Object.hasOwn(schemas, String(name)))).toEqual([])
  })

  test('has no default that a generated client would send: an update changes what it names', () => {
    const { schemas } = document['components'] as { schemas: object }
    expect(JSON.stringify(schemas)).not.toContain('"default":')
  })

  test('has no object that a generated client would empty', () => {
    const empty: string[] = []
    const look = (part: unknown, path: string): void => {
      if (typeof part !== 'object' || part === null) return
      const { type, properties, additionalProperties } = part as Record<string, unknown>
      const isObject = [type].flat().includes('object')
      if ('patternProperties' in part || (isObject && !properties && !additionalProperties)) empty.push(path)
      for (const [key, inner] of Object.entries(part)) look(inner, `${path}/${key}`)
    }
    look(document, '')
    expect(empty).toEqual([])
  })

  test('is the same each time', () => {
    expect(openApiDocument(ROUTES, BUILT_IN_EVENT_TYPES, '1.2.3')).toEqual(document)
  })
})
