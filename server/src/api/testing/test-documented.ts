// Owns holding every response of the API's tests to the OpenAPI document: status, code and form are what it says.
// Must never be imported by anything but tests.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { openApiDocument } from '../openapi/openapi.ts'

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: object; readonly examples?: object }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Response> }>>>>
  readonly components: object
}

// JSON of a known shape.
const document = openApiDocument(ROUTES, BUILT_IN_EVENT_TYPES, 'test') as unknown as Document
/** `/v1/webhooks/{webhookId}` as an expression, those without parameters first. */
const paths = Object.keys(document.paths)
  .toSorted((a, b) => a.split('{').length - b.split('{').length)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`) }))

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addFormat('int32', true)
ajv.addSchema({ $id: 'document', components: document.components })
const validators = new Map<object, ValidateFunction>()

/** @throws when the document has the operation, and not this response of it */
export function assertDocumented(method: string, url: string, status: number, text: string): void {
  const path = paths.find(({ pattern }) => pattern.test(url))?.path ?? ''
  const operation = document.paths[path]?.[method.toLowerCase()]
  if (operation === undefined) return
  const about = `${method} ${path} answers ${status}`
  const told = operation.responses[status]
  if (told === undefined) throw new Error(`${about}, which the document does not say: ${text}`)
  const media = told.content?.['application/json']
  if (media === undefined || text === '') return
  const body: unknown = JSON.parse(text)
  const { code } = body as { code?: string }
  if (media.examples !== undefined && !Object.hasOwn(media.examples, String(code)))
    throw new Error(`${about} ${code}, which the document does not say of it`)
  const validate = validatorOf(media.schema)
  if (!validate(body))
    throw new Error(`${about} in another form than the document says: ${ajv.errorsText(validate.errors)}`)
}

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema)
  if (known !== undefined) return known
  const validate = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')),
  )
  validators.set(schema, validate)
  return validate
}
