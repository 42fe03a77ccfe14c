// Owns pages of lists as tools take and give them: few items, so that a result stays within its bound, and where to go on.
import { Nullable } from '@timbre/contract/schema.ts'
import Type from 'typebox'

const ITEMS_DEFAULT = 10
export const ITEMS_MAX = 20

export const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: ITEMS_MAX, description: `How many; omitted: ${ITEMS_DEFAULT}` }),
)

/** Of a numbered list: which page, and how long it is. */
export const pageInput = {
  limit,
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Omitted: 1' })),
}

/** How many there are in all, and whether a page follows. */
export const pageOutput = { total: Type.Integer(), hasNext: Type.Boolean() }

/** Where a page begins, and how long it is. */
export const cursorInput = {
  limit,
  after: Type.Optional(Type.String({ maxLength: 128, description: '`nextCursor` of the result before' })),
}

export const timeInput = {
  since: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601, such as 2025-08-19T16:00:00Z; included' })),
  until: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601; not included' })),
}

export const nextCursor = Nullable(Type.String(), {
  description: 'Pass it as `after` to go on; null: there is nothing more',
})

/** The query of the API: what was given, and no more items than a result holds. */
export function historyQuery<T extends { readonly limit?: number }>(input: T): T & { readonly limit: number } {
  return { ...input, limit: input.limit ?? ITEMS_DEFAULT }
}

/** As many of the first as fit together, and how many were left out. */
export function fitting<T>(items: readonly T[], lengthMax: number): { readonly shown: T[]; readonly omitted: number } {
  let length = 0
  const end = items.findIndex((item) => {
    length += JSON.stringify(item).length + 1
    return length > lengthMax
  })
  const shown = end === -1 ? [...items] : items.slice(0, end)
  return { shown, omitted: items.length - shown.length }
}
