// Owns `--set path=value`: one value put at a place of an event.
import { CommandError } from '../frame/command-failure.ts'

const ROOTS = ['data', 'agentId', 'id', 'createdAt', 'type']

type Json = Readonly<Record<string, unknown>>

/**
 * @param assignments `data.call_id=call-1`; a value that is JSON is that, anything else is text
 * @returns a new object; the one that is given stays as it is
 */
export function withValues(event: Json, assignments: readonly string[]): Json {
  return assignments.reduce((changed: Json, assignment) => {
    const at = assignment.indexOf('=')
    if (at < 1) throw new CommandError(`--set ${assignment} has no value. Write --set data.call_id=call-1.`)
    const path = assignment.slice(0, at).split('.')
    const [root = ''] = path
    if (path.includes('') || !ROOTS.includes(root))
      throw new CommandError(`An event has no ${path.join('.')}. Did you mean data.${path.join('.')}?`)
    return put(changed, path, readValue(assignment.slice(at + 1)))
  }, event)
}

function put(target: unknown, [name = '', ...rest]: readonly string[], value: unknown): Json {
  const object = typeof target === 'object' && target !== null && !Array.isArray(target) ? (target as Json) : {}
  const inner = Object.hasOwn(object, name) ? object[name] : undefined
  return { ...object, [name]: rest.length === 0 ? value : put(inner, rest, value) }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
