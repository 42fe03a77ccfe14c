// Owns a short list of history: its states while it loads, fails or is empty, its rows, and the button for more.
import type { ReactNode } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from './button.tsx'
import type { History } from './history.ts'
import { EmptyState, ErrorState, LoadingRows } from './states.tsx'

interface HistoryListProps<T> {
  readonly list: History<T>
  readonly isFiltered: boolean
  readonly say: (word: 'title' | 'emptyTitle' | 'emptyText' | 'noneTitle' | 'noneText' | 'clear') => string
  readonly keyOf: (one: T) => string
  readonly row: (one: T) => ReactNode
  /** Takes the filters away. */
  readonly onClear: () => void
}

export function HistoryList<T>({ list, isFiltered, say, keyOf, row, onClear }: HistoryListProps<T>) {
  const sayShared = useSharedWords()
  const { rows, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = list
  if (isPending) return <LoadingRows />
  if (error !== null && rows.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (rows.length === 0 && !hasNextPage)
    return isFiltered ? (
      <EmptyState title={say('noneTitle')} action={<Button onClick={onClear}>{say('clear')}</Button>}>
        {say('noneText')}
      </EmptyState>
    ) : (
      <EmptyState title={say('emptyTitle')}>{say('emptyText')}</EmptyState>
    )
  return (
    <>
      <ul aria-label={say('title')}>
        {rows.map((one) => (
          <li key={keyOf(one)} className="border-b border-line last:border-b-0">
            {row(one)}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div className="p-3">
          <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
            {sayShared(isFetchingNextPage ? 'loading' : 'loadMore')}
          </Button>
        </div>
      )}
    </>
  )
}
