// Owns asking for the verdict on what is being written: once it has stayed the same for a moment, and only where it is JSON.
import { useMemo } from 'react'
import { useSettled } from '../../browser/clock.ts'
import type { PlacedIssue } from '../../ui/json-editor-view.tsx'
import { useVerdict } from './event-type-queries.ts'
import { documentsOf, type TypeValues } from './type-values.ts'

/** Whoever types is not asked about at every letter. */
const SETTLED_MS = 350

export interface TypedVerdict {
  /** What the page itself sees is wrong: no question is asked about it. */
  readonly fault: { readonly field: 'schema' | 'example'; readonly reason: 'notJson' | 'notObject' } | undefined
  readonly state: 'checking' | 'usable' | 'faulty' | 'unknown'
  readonly ofSchema: readonly PlacedIssue[]
  readonly ofExample: readonly PlacedIssue[]
}

const NONE: readonly PlacedIssue[] = []

export function useTypedVerdict({ schema, example }: Pick<TypeValues, 'schema' | 'example'>): TypedVerdict {
  const now = useMemo(() => ({ schema, example }), [schema, example])
  const settled = useSettled(now, SETTLED_MS)
  const documents = useMemo(() => documentsOf(settled), [settled])
  const { data, error, isFetching } = useVerdict('fault' in documents ? undefined : documents)
  const fault = useMemo(() => documentsOf(now), [now])
  const issues = data?.issues
  const ofSchema = useMemo(() => below(issues, '/schema'), [issues])
  const ofExample = useMemo(() => below(issues, '/example'), [issues])
  if ('fault' in fault) return { fault: fault.fault, state: 'faulty', ofSchema: NONE, ofExample: NONE }
  const isOld = settled !== now || isFetching
  const state = isOld ? 'checking' : error !== null ? 'unknown' : data?.isUsable === true ? 'usable' : 'faulty'
  return { fault: undefined, state, ofSchema, ofExample }
}

function below(
  issues: readonly { readonly path: string; readonly message: string }[] | undefined,
  document: '/schema' | '/example',
): readonly PlacedIssue[] {
  const found = issues?.filter(({ path }) => path === document || path.startsWith(`${document}/`)) ?? NONE_FOUND
  return found.map(({ path, message }) => ({ pointer: path.slice(document.length), message }))
}

const NONE_FOUND: readonly { readonly path: string; readonly message: string }[] = []
