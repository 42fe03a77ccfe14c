// Owns a numbered list: its states while it loads, fails or is empty, its rows, and the button for more.
import type { ReactNode } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from './button.tsx'
import type { Numbered } from './numbered.ts'
import { ErrorState, LoadingRows } from './states.tsx'

interface RowsProps<T> {
  readonly list: Numbered<T>
  readonly label: string
  readonly keyOf: (one: T) => string
  readonly row: (one: T) => ReactNode
  /** In the place of rows, where there are none. */
  readonly empty: ReactNode
}

export function Rows<T>({ list, label, keyOf, row, empty }: RowsProps<T>) {
  const say = useSharedWords()
  const { rows, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = list
  if (isPending) return <LoadingRows rows={4} />
  if (error !== null && rows.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (rows.length === 0) return empty
  return (
    <>
      <ul aria-label={label}>
        {rows.map((one) => (
          <li key={keyOf(one)} className="border-b border-line last:border-b-0">
            {row(one)}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div className="p-3">
          <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
            {say(isFetchingNextPage ? 'loading' : 'loadMore')}
          </Button>
        </div>
      )}
    </>
  )
}
