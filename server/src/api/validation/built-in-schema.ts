// Owns how `data` of the built-in types is validated: by Ajv, which is quickest for schemas that are known to be cheap.
// Must never be given a schema that a workspace wrote: those are for schemas/.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Finding, findingsOf } from './findings.ts'
import { addKnownFormats } from './formats.ts'

/** What is wrong with an event's `data`, with paths below the given pointer; empty when nothing is. */
export type ValidateData = (data: unknown, pointer: string) => readonly Finding[]

const OPTIONS = { strict: false, logger: false, meta: false, validateSchema: false } as const

/** The second validator, which finds every error and not only the first, is compiled when there is one. */
export function compileBuiltInSchema(schema: Readonly<Record<string, unknown>>): ValidateData {
  let validate: ValidateFunction | undefined
  let findAll: ValidateFunction | undefined
  return (data, pointer) => {
    // Compiled at the first event: most workspaces use a few of the types.
    validate ??= compile(schema, false)
    if (validate(data)) return []
    findAll ??= compile(schema, true)
    findAll(data)
    return findingsOf(findAll.errors ?? [], { part: 'body', pointer })
  }
}

function compile(schema: Readonly<Record<string, unknown>>, allErrors: boolean): ValidateFunction {
  const ajv = new Ajv2020({ ...OPTIONS, allErrors, verbose: allErrors })
  addKnownFormats(ajv)
  // The package's own `url` is a regular expression, which knows neither every host nor every scheme.
  ajv.addFormat('url', URL.canParse)
  return ajv.compile(schema)
}
