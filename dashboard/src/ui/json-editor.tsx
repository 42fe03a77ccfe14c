// Owns the place of an editor of JSON: its name, its rule and its faults. The editor itself is loaded when one is shown.
import { lazy, type ReactNode, Suspense } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import type { PlacedIssue } from './json-editor-view.tsx'

const JsonEditorView = lazy(() => import('./json-editor-view.tsx'))

interface JsonEditorProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: ReactNode
  /** What is wrong as a whole, said below. */
  readonly error?: string | undefined
  /** What is wrong at places of it, marked there. */
  readonly issues?: readonly PlacedIssue[]
}

const NONE: readonly PlacedIssue[] = []

export function JsonEditor({ label, value, onChange, hint, error, issues = NONE }: JsonEditorProps) {
  const say = useSharedWords()
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className="text-sm font-semibold">{label}</span>
      <div
        className={`h-80 overflow-hidden rounded-md border bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus ${error === undefined ? 'border-control' : 'border-fail'}`}
      >
        <Suspense fallback={<p className="p-3 text-sm text-muted">{say('loading')}</p>}>
          <JsonEditorView label={label} value={value} onChange={onChange} issues={issues} />
        </Suspense>
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-fail">
          {error}
        </p>
      )}
      {hint !== undefined && <p className="text-sm text-muted">{hint}</p>}
    </div>
  )
}
