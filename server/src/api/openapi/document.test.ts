// Owns what makes the document fit for people and generators: words and examples everywhere, and each thing once.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import type { ErrorCode } from '@timbre/contract/errors.ts'
import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { ENUMS } from './enums.ts'
import { EXAMPLES } from './examples.ts'
import { openApiDocument } from './openapi.ts'

type Json = Readonly<Record<string, unknown>>
interface Operation {
  readonly tags: readonly string[]
  readonly description?: string
  readonly security: readonly Json[]
  readonly parameters: readonly Json[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: Json; readonly example?: unknown; readonly examples?: Json }>>

// JSON of a known shape, made by the function under test.
const document = openApiDocument(ROUTES, BUILT_IN_EVENT_TYPES, '1.2.3') as Json & {
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>
  readonly components: Readonly<Record<'schemas' | 'parameters', Readonly<Record<string, Json>>>> & {
    readonly examples: Readonly<Record<ErrorCode, { readonly value: Json }>>
  }
}
const { schemas, parameters, examples } = document.components
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
const received = Object.values(document.webhooks).map(({ post }) => post)

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
// The whole document, for its references; of the formats only those that say what is right.
ajv.addFormat('int32', true)
ajv.addSchema({ $id: 'document', components: document.components })

function errorsOf(schema: Json, value: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')
  const validate = ajv.compile(JSON.parse(text))
  validate(value)
  return validate.errors ?? []
}

function propertiesOf(schema: Json | undefined): Readonly<Record<string, Json>> {
  return (schema?.['properties'] ?? {}) as Readonly<Record<string, Json>> // JSON Schema
}

test.each(Object.entries(schemas))('%s describes every property', (_, schema) => {
  const missing: string[] = []
  const look = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return
    const { properties = {} } = part as { properties?: Readonly<Record<string, Json>> }
    for (const [name, property] of Object.entries(properties))
      if (typeof property['description'] !== 'string' || property['description'] === '') missing.push(`${path}/${name}`)
    for (const [key, inner] of Object.entries(part)) if (!/^examples?$/.test(key)) look(inner, `${path}/${key}`)
  }
  look(schema, '')
  expect(missing).toEqual([])
})

test('what a URL receives describes every property too', () => {
  for (const { requestBody } of received) {
    const envelope = propertiesOf(requestBody?.content['application/json']?.schema)
    for (const property of [...Object.values(envelope), ...Object.values(propertiesOf(envelope['data']))])
      expect(property).toMatchObject({ description: expect.stringMatching(/./) })
  }
})

describe('an operation', () => {
  test.each(Object.values(ROUTES).map((route: Route) => route.tag))('of %s has a tag that is described', (tag) => {
    expect(document.tags.find(({ name }) => name === tag)?.description).toMatch(/./)
  })

  test('has a described parameter with a valid example, made once', () => {
    for (const operation of operations) {
      expect(operation.description).toMatch(/./)
      for (const { $ref } of operation.parameters) {
        const parameter = parameters[String($ref).replace('#/components/parameters/', '')]
        expect(parameter).toMatchObject({ description: expect.stringMatching(/./), example: expect.anything() })
        expect([parameter?.['name'], errorsOf(parameter?.['schema'] as Json, parameter?.['example'])]).toEqual([
          parameter?.['name'],
          [],
        ])
      }
    }
    for (const { parameters: headers } of received)
      for (const header of headers)
        expect(header).toMatchObject({ description: expect.stringMatching(/./), example: expect.stringMatching(/./) })
  })

  test('has an example of its body and of its response, and both are valid', () => {
    let count = 0
    for (const { requestBody, responses } of [...operations, ...received]) {
      for (const { content } of [requestBody ?? {}, ...Object.values(responses)] as { content?: Content }[]) {
        const media = content?.['application/json']
        // Errors have several, which are looked at below.
        if (media === undefined || media.examples !== undefined) continue
        expect(media.example).toBeDefined()
        expect([media.example, errorsOf(media.schema, media.example)]).toEqual([media.example, []])
        count++
      }
    }
    expect(count).toBeGreaterThan(60)
    for (const name of Object.keys(EXAMPLES)) expect(Object.keys(schemas)).toContain(name)
  })

  test('needs the workspace beside the key where it is of one, as a scheme and not as a parameter', () => {
    const at = (name: RouteName) => document.paths[ROUTES[name].path]?.[ROUTES[name].method.toLowerCase()] as Operation // it is in the table
    expect(at('listWebhooks').security).toEqual([
      { bearer: [], workspace: [] },
      { apiKey: [], workspace: [] },
      { session: [] },
    ])
    expect(at('listWorkspaces').security).toEqual([{ bearer: [] }, { apiKey: [] }, { session: [] }])
    expect(at('createWebhook').security).toContainEqual({ session: [], csrfToken: [] })
    expect(at('healthLive').security).toEqual([])
    expect(JSON.stringify(parameters)).not.toContain('x-workspace-id')
  })
})

describe('an error', () => {
  test('has an example of each code, in the form that every error has', () => {
    for (const { responses } of operations)
      for (const [status, response] of Object.entries(responses))
        if (status >= '400')
          expect(response.content?.['application/json']).toMatchObject({
            schema: { $ref: '#/components/schemas/Problem' },
            examples: expect.any(Object),
          })
    const told = JSON.stringify(document.paths)
    for (const [code, { value }] of Object.entries(examples)) {
      expect(told).toContain(`"#/components/examples/${code}"`)
      expect([code, errorsOf({ $ref: '#/components/schemas/Problem' }, value)]).toEqual([code, []])
      expect(value['code']).toBe(code)
      expect(value['message']).not.toMatch(/[{}]|undefined/)
    }
  })

  test('is told of the routes that can answer with it, and of no others', () => {
    const of = (path: string, method: string, status: number) =>
      document.paths[path]?.[method]?.responses[status]?.description
    expect(of('/v1/webhooks', 'post', 409)).toBe('`WEBHOOK_LIMIT_REACHED`, `IDEMPOTENCY_KEY_REUSED`')
    expect(of('/v1/webhooks/{webhookId}', 'get', 404)).toBe(
      '`ROUTE_NOT_FOUND`, `WORKSPACE_NOT_FOUND`, `WEBHOOK_NOT_FOUND`',
    )
    expect(document.paths['/v1/webhooks/{webhookId}']?.['delete']?.responses[409]).toBeUndefined()
  })
})

test('has no key in it that a search for leaked ones would find', () => {
  expect(JSON.stringify(document).match(/sk_(?:live|sandbox|admin)_[0-9a-f]{8,}/g)).toBeNull()
})

test('each list of words, each kind of list and each error has one name', () => {
  for (const [name, { words }] of Object.entries(ENUMS)) {
    const text = JSON.stringify(words)
    expect([name, JSON.stringify(document).split(`"enum":${text}`).length - 1]).toEqual([name, 1])
  }
  const lists = Object.keys(schemas).filter((name) => name.endsWith('List'))
  expect(lists).toEqual(
    expect.arrayContaining(['WebhookList', 'EventSummaryList', 'DeliverySummaryList', 'AttemptList']),
  )
  for (const { responses } of operations) {
    const [response] = Object.values(responses)
    const schema = response?.content?.['application/json']?.schema
    if (schema !== undefined) expect(schema).toEqual({ $ref: expect.stringMatching(/^#\/components\/schemas\/\w+$/) })
  }
})

test("has the seed's formats and bounds, and says what a key and a cursor look like", () => {
  const { url, successCount, failureCount } = propertiesOf(schemas['Webhook'])
  expect(url).toMatchObject({ type: 'string', format: 'uri' })
  for (const count of [successCount, failureCount])
    expect(count).toMatchObject({ type: 'integer', format: 'int32', minimum: 0 })
  const bodies = ['WebhookCreate', 'WebhookUpdate'].map((name) => propertiesOf(schemas[name]))
  for (const properties of bodies) expect(properties['url']).toMatchObject({ format: 'uri', maxLength: 2048 })
  expect(parameters['IdempotencyKey']?.['schema']).toMatchObject({ pattern: expect.any(String), maxLength: 255 })
  expect(parameters['After']?.['schema']).toMatchObject({ pattern: '^[A-Za-z0-9_-]{32}$' })
})
