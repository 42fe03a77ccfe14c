// Owns what is shown instead of content: nothing there, loading, failed. Each says what to do.
import { ApiError, ConnectionError, NotFoundError } from '@getsupervisor/agents-studio-sdk'
import { CircleAlert, Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { Button } from './button.tsx'

interface StateProps {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

export function EmptyState({ title, children, action }: StateProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-16 text-center">
      <Inbox size={28} className="text-muted" aria-hidden />
      <h2 className="text-lg font-semibold">{title}</h2>
      {children !== undefined && <p className="max-w-md text-muted">{children}</p>}
      {action}
    </div>
  )
}

interface ErrorStateProps {
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
  readonly action?: ReactNode
}

export function ErrorState({ error, onRetry, action }: ErrorStateProps) {
  const say = useSharedWords()
  const isMissing = error instanceof NotFoundError
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-16 text-center">
      <CircleAlert size={28} className="text-fail" aria-hidden />
      <h2 className="text-lg font-semibold">{say(isMissing ? 'notFoundTitle' : 'errorTitle')}</h2>
      <ErrorWords error={error} />
      {onRetry !== undefined && !isMissing && <Button onClick={onRetry}>{say('retryLoad')}</Button>}
      {action}
    </div>
  )
}

/** What the service said, and what to quote. */
export function ErrorWords({ error }: { readonly error: unknown }) {
  const say = useSharedWords()
  if (error instanceof NotFoundError && error.message === '')
    return <p className="max-w-md text-muted">{say('notFoundText')}</p>
  if (error instanceof ConnectionError) return <p className="max-w-md text-muted">{say('errorOffline')}</p>
  const id = error instanceof ApiError ? error.requestId : undefined
  return (
    <div className="flex max-w-lg flex-col gap-1 text-muted">
      <p>{error instanceof Error ? error.message.slice(0, 600) : String(error)}</p>
      {id !== undefined && <p className="font-mono text-xs">{say('errorRequest', { id })}</p>}
    </div>
  )
}

/** Of the height that the content will have, so that nothing jumps. */
export function LoadingRows({ rows = 8 }: { readonly rows?: number }) {
  const say = useSharedWords()
  return (
    <div role="status" className="flex flex-col gap-px">
      <span className="sr-only">{say('loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move
        <div key={row} className="flex h-14 animate-pulse items-center gap-4 px-4" aria-hidden>
          <div className="h-4 w-20 rounded-full bg-hover" />
          <div className="h-4 w-1/3 rounded-full bg-hover" />
          <div className="ml-auto h-4 w-24 rounded-full bg-hover" />
        </div>
      ))}
    </div>
  )
}

/** A sentence under a form or a button: that it failed, or that it is done. */
export function Notice({ tone, children }: { readonly tone: 'ok' | 'fail' | 'wait'; readonly children: ReactNode }) {
  const look = { ok: 'bg-ok-soft text-ok', fail: 'bg-fail-soft text-fail', wait: 'bg-accent-soft text-ink' }[tone]
  return (
    <div role={tone === 'fail' ? 'alert' : 'status'} className={`rounded-md px-4 py-3 text-sm ${look}`}>
      {children}
    </div>
  )
}
