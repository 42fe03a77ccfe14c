// Owns how ids get into paths, so that no id can name another path than it stands for.

/**
 * A path with its ids encoded: path`/webhooks/${webhookId}`.
 * Throws a `TypeError` for an id that is empty, `.` or `..`: it would address something else, such as the whole list.
 */
export function path(pieces: TemplateStringsArray, ...ids: readonly string[]): string {
  return pieces.reduce((text, piece, index) => `${text}${encoded(ids[index - 1])}${piece}`)
}

function encoded(id: unknown): string {
  if (typeof id === 'string' && !/^\.{0,2}$/.test(id)) return encodeURIComponent(id)
  throw new TypeError('An id is missing: pass the id that the service gave, as a string.')
}
