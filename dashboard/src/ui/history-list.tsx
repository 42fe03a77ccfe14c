// Owns a short list of history: what it says where nothing is there, or nothing fits its filters.
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import type { History } from './history.ts'
import { Rows } from './rows.tsx'
import { EmptyState } from './states.tsx'

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
  return (
    <Rows
      list={list}
      loadingRows={8}
      label={say('title')}
      keyOf={keyOf}
      row={row}
      empty={
        isFiltered ? (
          <EmptyState title={say('noneTitle')} action={<Button onClick={onClear}>{say('clear')}</Button>}>
            {say('noneText')}
          </EmptyState>
        ) : (
          <EmptyState title={say('emptyTitle')}>{say('emptyText')}</EmptyState>
        )
      }
    />
  )
}
