// Owns writing the data of an event: a field for each property of its schema, or JSON.
import { useMemo } from 'react'
import { JsonEditor } from '../../ui/json-editor.tsx'
import { Notice } from '../../ui/states.tsx'
import { type DataDraft, type DraftFault, faultsByField, switched } from './data-draft.ts'
import { DataFields } from './data-fields.tsx'
import { useDataWords } from './data-words.ts'
import type { DataField } from './schema-fields.ts'

interface DataEditorProps {
  readonly fields: readonly DataField[]
  readonly draft: DataDraft
  /** What the page found. */
  readonly fault: DraftFault | undefined
  /** What the service found, with paths below `/data`. */
  readonly issues: readonly { readonly path: string; readonly message: string }[]
  readonly onChange: (draft: DataDraft) => void
}

export function DataEditor({ fields, draft, fault, issues, onChange }: DataEditorProps) {
  const say = useDataWords()
  const told = useMemo(() => {
    const byField = { ...faultsByField(issues, fields) }
    return fault === undefined ? byField : { [fault.pointer]: say(fault.reason) }
  }, [issues, fields, fault, say])
  const placed = useMemo(
    () => issues.map(({ path, message }) => ({ pointer: path.replace(/^\/data/, ''), message })),
    [issues],
  )
  const other = fields.length === 0 ? undefined : switched(draft, fields)
  return (
    <fieldset className="flex min-w-0 flex-col gap-5">
      <legend className="sr-only">{say('data')}</legend>
      <ModeSwitch
        mode={draft.mode}
        mayChange={other !== undefined}
        onChange={() => other !== undefined && onChange(other)}
      />
      {draft.mode === 'form' ? (
        <>
          {told[''] !== undefined && <Notice tone="fail">{told['']}</Notice>}
          <DataFields
            fields={fields}
            draft={draft}
            faults={told}
            onText={(pointer, text) => onChange({ ...draft, values: { ...draft.values, [pointer]: text } })}
          />
        </>
      ) : (
        <>
          <JsonEditor
            label={say('json')}
            value={draft.raw}
            error={fault === undefined ? undefined : say(fault.reason)}
            issues={placed}
            onChange={(raw) => onChange({ ...draft, raw })}
          />
          <IssueList issues={issues} />
        </>
      )}
    </fieldset>
  )
}

interface ModeSwitchProps {
  readonly mode: DataDraft['mode']
  readonly mayChange: boolean
  readonly onChange: () => void
}

function ModeSwitch({ mode, mayChange, onChange }: ModeSwitchProps) {
  const say = useDataWords()
  return (
    <div className="flex items-center justify-between gap-3">
      <h2 className="text-lg font-semibold">{say('data')}</h2>
      <div className="flex rounded-md border border-line">
        {(['form', 'raw'] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={mode === one}
            disabled={mode !== one && !mayChange}
            title={mode !== one && !mayChange ? say('cannotSwitch') : undefined}
            onClick={() => mode !== one && onChange()}
            className="px-3 py-1.5 text-sm first:rounded-l-md last:rounded-r-md hover:bg-hover disabled:opacity-50 aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent-text"
          >
            {say(one)}
          </button>
        ))}
      </div>
    </div>
  )
}

function IssueList({ issues }: Pick<DataEditorProps, 'issues'>) {
  if (issues.length === 0) return null
  return (
    <ul role="alert" className="flex flex-col gap-1 text-sm text-fail">
      {issues.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          <code className="font-mono">{path}</code> {message}
        </li>
      ))}
    </ul>
  )
}
