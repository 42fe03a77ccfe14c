// Owns which rows stand before and after one. Pure.

export function neighbours(
  rows: readonly { readonly id: string }[],
  id: string,
): { readonly previous: string | undefined; readonly next: string | undefined } {
  const index = rows.findIndex((row) => row.id === id)
  if (index === -1) return { previous: undefined, next: rows[0]?.id }
  return { previous: rows[index - 1]?.id, next: rows[index + 1]?.id }
}
