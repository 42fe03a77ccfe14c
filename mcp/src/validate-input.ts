// Owns validating what a tool is given by its schema. Must never be given a schema that a workspace wrote.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Tool } from './tool.ts'

const ajv = new Ajv2020({ strict: false, logger: false, allErrors: true, validateSchema: false })
/** Compiled at the first call: most clients use a few of the tools. */
const compiled = new Map<Tool, ValidateFunction>()
const FAULTS_SHOWN = 5

/** What is wrong with it, in words; undefined: nothing. */
export function inputFault(tool: Tool, input: unknown): string | undefined {
  const validate = compiled.get(tool) ?? ajv.compile(tool.input)
  compiled.set(tool, validate)
  if (validate(input)) return undefined
  const faults = (validate.errors ?? []).slice(0, FAULTS_SHOWN)
  return faults
    .map(({ instancePath, message, params }) => `${instancePath || 'They'} ${message}${named(params)}`)
    .join('; ')
}

/** The member that should not be there, or the words that it may be. */
function named({ additionalProperty, allowedValues }: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(allowedValues)) return `: ${allowedValues.join(', ')}`
  return additionalProperty === undefined ? '' : `: ${additionalProperty}`
}
