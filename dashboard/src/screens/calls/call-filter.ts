// Owns the filters of the list of calls as they stand in the address. Pure.

export interface CallFilter {
  readonly number?: string
  readonly status?: string
}

export function readCallFilter(search: Readonly<Record<string, unknown>>): CallFilter {
  const given = (['number', 'status'] as const).flatMap((name) => {
    const value = search[name]
    return typeof value === 'string' && value.trim() !== '' && value.length <= 256 ? [[name, value.trim()]] : []
  })
  return Object.fromEntries(given)
}
