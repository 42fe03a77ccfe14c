// Owns the form of a page of configuration.
import { PAGE_LIMIT_DEFAULT, type PageMeta } from '@timbre/contract/page.ts'
import type { Page, PageRequest } from '../../storage/storage.ts'

/** What is asked for when a query leaves it out. */
export function pageRequest(query: { readonly page?: number; readonly limit?: number }): PageRequest {
  return { page: query.page ?? 1, limit: query.limit ?? PAGE_LIMIT_DEFAULT }
}

export function presentPage<Row, Shown>(
  { page, limit }: PageRequest,
  { rows, total }: Page<Row>,
  present: (row: Row) => Shown,
): { data: Shown[]; meta: PageMeta } {
  const meta = { page, limit, total, hasPrevious: page > 1, hasNext: page * limit < total }
  return { data: rows.map(present), meta }
}
