// Owns which methods a path has, for the 405 that names them.
import { ROUTES, type Route } from '@timbre/contract/routes.ts'

/**
 * The methods of a path without its query, in the order of the table; empty when there is nothing at the path.
 * @param openPaths what there is to read beside the table
 */
export function allowedMethods(path: string, openPaths: readonly string[]): string[] {
  const parts = path.split('/')
  const methods = Object.values(ROUTES).flatMap((route) => (matches(route.path, parts) ? methodsOf(route) : []))
  return openPaths.includes(path) ? ['GET', 'HEAD'] : [...new Set(methods)]
}

/** HEAD is there wherever GET is (RFC 9110 §9.1). */
function methodsOf({ method }: Route): string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method]
}

function matches(template: string, parts: readonly string[]): boolean {
  const expected = template.split('/')
  return (
    expected.length === parts.length &&
    expected.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
  )
}
