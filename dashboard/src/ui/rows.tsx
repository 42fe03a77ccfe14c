// Owns a list: its states while it loads, fails or is empty, its rows, and the button for more.
import type { ReactNode } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from './button.tsx'
import { ErrorState, LoadingRows } from './states.tsx'

/** A list that was asked for, as `useNumbered` and `useHistory` give it; without pages it is whole. */
interface Listed<T> {
  readonly rows: readonly T[]
  readonly error: Error | null
  readonly isPending: boolean
  readonly hasNextPage?: boolean
  readonly isFetchingNextPage?: boolean
  readonly fetchNextPage?: () => unknown
  readonly refetch: () => unknown
}

interface RowsProps<T> {
  readonly list: Listed<T>
  /** Rows that are drawn while it loads. */
  readonly loadingRows?: number
  readonly label: string
  readonly keyOf: (one: T) => string
  readonly row: (one: T) => ReactNode
  /** In the place of rows, where there are none. */
  readonly empty: ReactNode
}

export function Rows<T>({ list, loadingRows = 4, label, keyOf, row, empty }: RowsProps<T>) {
  const say = useSharedWords()
  const { rows, error, isPending, hasNextPage = false, isFetchingNextPage = false, fetchNextPage, refetch } = list
  if (isPending) return <LoadingRows rows={loadingRows} />
  if (error !== null && rows.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (rows.length === 0 && !hasNextPage) return empty
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
          <Button onClick={() => void fetchNextPage?.()} disabled={isFetchingNextPage}>
            {say(isFetchingNextPage ? 'loading' : 'loadMore')}
          </Button>
        </div>
      )}
    </>
  )
}
