// Owns the two kinds of lists: numbered pages of configuration and cursor pages of history (CONTRACT §1).
import Type from 'typebox'
import { Nullable } from './schema.ts'

export const PAGE_LIMIT_DEFAULT = 20
export const PAGE_LIMIT_MAX = 100
export const HISTORY_LIMIT_DEFAULT = 50
export const HISTORY_LIMIT_MAX = 250

/** `?page=1&limit=20`. */
export const PageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: PAGE_LIMIT_DEFAULT })),
}

/** `?limit=50&after=<cursor>`. */
export const HistoryQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: HISTORY_LIMIT_MAX, default: HISTORY_LIMIT_DEFAULT })),
  after: Type.Optional(
    Type.String({
      maxLength: 128,
      description: '`meta.nextCursor` of the page before; opaque, stable while rows are added',
    }),
  ),
}

export const PageMeta = Type.Object({
  page: Type.Integer(),
  limit: Type.Integer(),
  total: Type.Integer(),
  hasPrevious: Type.Boolean(),
  hasNext: Type.Boolean(),
})
export type PageMeta = Type.Static<typeof PageMeta>

export const HistoryMeta = Type.Object({
  limit: Type.Integer(),
  nextCursor: Nullable(Type.String()),
  hasNext: Type.Boolean({
    description:
      'true: ask again with `nextCursor`. A page of a filter that few fit may hold fewer than `limit`, or none, and go on',
  }),
})
export type HistoryMeta = Type.Static<typeof HistoryMeta>

export function PageOf<T extends Type.TSchema>(item: T) {
  return Type.Object({ data: Type.Array(item), meta: PageMeta })
}

export function HistoryOf<T extends Type.TSchema>(item: T) {
  return Type.Object({ data: Type.Array(item), meta: HistoryMeta })
}
