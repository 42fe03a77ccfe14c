// Owns what stands in the place of something that was asked for, until it is there.
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorState, LoadingRows } from './states.tsx'

interface AskedProps<T> {
  readonly of: UseQueryResult<T>
  /** As many as there will be, so that nothing jumps. */
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}

export function Asked<T>({ of, rows = 4, children }: AskedProps<T>) {
  const { data, error, refetch } = of
  if (data !== undefined) return children(data)
  return error === null ? <LoadingRows rows={rows} /> : <ErrorState error={error} onRetry={() => void refetch()} />
}
