// Owns which methods a path has, for the 405 that names them.
import { ROUTES } from '@timbre/contract/routes.ts'

const OPEN_PATHS = ['/metrics', '/openapi.json', '/docs']

/** The methods of a path without its query, in the order of the table; empty when there is nothing at the path. */
export function allowedMethods(path: string): string[] {
  const parts = path.split('/')
  const methods = Object.values(ROUTES).flatMap((route) => (matches(route.path, parts) ? [route.method as string] : []))
  return OPEN_PATHS.includes(path) ? ['GET'] : [...new Set(methods)]
}

function matches(template: string, parts: readonly string[]): boolean {
  const expected = template.split('/')
  return (
    expected.length === parts.length &&
    expected.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
  )
}
