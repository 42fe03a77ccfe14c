// Owns at which field of a form each thing stands that the service says is wrong. Pure.
import { ApiError, ValidationError } from '@getsupervisor/agents-studio-sdk'

/**
 * The server's own sentences; '' is the form as a whole.
 * @param fieldOfMember which field is for a member of the body
 */
export function faultsByField<F extends string>(
  error: unknown,
  fieldOfMember: Readonly<Record<string, F>>,
): Readonly<Partial<Record<F | '', string>>> {
  const faults: Partial<Record<F | '', string>> = {}
  if (error === null) return faults
  if (!(error instanceof ApiError)) {
    faults[''] = String(error)
    return faults
  }
  const issues = error instanceof ValidationError ? error.issues : []
  for (const { path, message } of issues) {
    const [, member = '', ...inside] = path.split('/')
    const at = fieldOfMember[member] ?? ''
    const sentence = inside.length === 0 ? message : `${inside.join(' ')}: ${message}`
    faults[at] = faults[at] === undefined ? sentence : `${faults[at]} ${sentence}`
  }
  if (issues.length === 0) faults[''] = error.message
  return faults
}
