// Owns what happens at /v1/event-types/check: what creating a type would say of its schema and its example.
// Must never keep anything, nor validate by other rules than creating and publishing do.
import { type Issue, Refusal } from '@timbre/contract/errors.ts'
import type { EventTypeCheck } from '@timbre/contract/event-type.ts'
import type { SchemaHandle } from '../../schemas/schemas.ts'
import type { Api } from '../api.ts'
import type { Finding } from '../validation/findings.ts'
import { reasonSentence } from '../validation/reasons.ts'
import type { Call } from './call.ts'
import { keptResponse } from './kept-response.ts'

export async function checkEventType(api: Api, call: Call<'checkEventType'>) {
  const findings = await findingsOf(api.schemas, call.caller.workspaceId, call.body)
  const issues = findings.map(({ path, ...sentence }): Issue => ({ path, message: sentence[call.language] }))
  return keptResponse(api, call, { isUsable: issues.length === 0, issues })
}

async function findingsOf(
  schemas: Api['schemas'],
  workspaceId: string,
  { schema, example }: EventTypeCheck,
): Promise<readonly Finding[]> {
  try {
    const usable = await schemas.check(workspaceId, schema)
    return example === undefined ? [] : await exampleFindings(schemas, workspaceId, usable, example)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'INVALID_EVENT_TYPE_SCHEMA') throw error
    const { findings, reason } = error.details as { findings: readonly Finding[]; reason: string } // as schemas/ refuses
    // Of a document as a whole: too large, too deep.
    const whole = { path: '/schema', en: reasonSentence(reason, 'en'), es: reasonSentence(reason, 'es') }
    return findings.length === 0 ? [whole] : findings
  }
}

/** What is wrong with an example; paths begin with `/example`. */
export async function exampleFindings(
  schemas: Api['schemas'],
  workspaceId: string,
  schema: SchemaHandle,
  example: unknown,
): Promise<readonly Finding[]> {
  const value = { value: example, text: JSON.stringify(example), pointer: '/example' }
  return schemas.request(workspaceId).validate(schema, value)
}
