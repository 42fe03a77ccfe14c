// Owns the editor of JSON: CodeMirror in a shadow root, where its styles are sheets of the page's own making and no inline ones,
// which the policy of the page forbids.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { EDITOR_LOOK } from './json-editor-look.ts'
import { placeOf, syntaxFault } from './json-places.ts'

/** Something wrong at a place of the document. */
export interface PlacedIssue {
  /** A JSON Pointer into it. */
  readonly pointer: string
  readonly message: string
}

interface ViewProps {
  readonly label: string
  readonly value: string
  readonly issues: readonly PlacedIssue[]
  readonly onChange: (value: string) => void
}

export default function JsonEditorView({ label, value, issues, onChange }: ViewProps) {
  const say = useSharedWords()
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(undefined)
  const changed = useRef(onChange)
  changed.current = onChange
  const first = useRef(value)
  useEffect(() => {
    if (host.current === null) return
    const view = newEditor(host.current, label, first.current, (text) => changed.current(text))
    editor.current = view
    return () => {
      // Whoever changes the language goes on with what was written.
      first.current = view.state.doc.toString()
      view.destroy()
    }
  }, [label])
  const notJson = say('notJson')
  useEffect(() => {
    const view = editor.current
    if (view === undefined) return
    if (view.state.doc.toString() !== value)
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } })
    const fault = syntaxFault(view)
    const found =
      fault === undefined
        ? issues.map(({ pointer, message }) => ({ ...placeOf(view.state, pointer), message }))
        : [{ ...fault, message: notJson }]
    view.dispatch(
      setDiagnostics(
        view.state,
        found.map((one) => ({ ...one, severity: 'error' as const })),
      ),
    )
  }, [value, issues, notJson])
  return <div ref={host} className="h-full" />
}

/** Over a selection Chromium writes a style into what it inserts, which the policy forbids: the editor inserts it itself. */
const insertOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data } = event
    if (inputType !== 'insertText' || data === null || view.composing || view.state.selection.main.empty) return false
    event.preventDefault()
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

function newEditor(host: HTMLElement, label: string, doc: string, onChange: (text: string) => void): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const state = EditorState.create({
    doc,
    extensions: [
      lineNumbers(),
      history(),
      bracketMatching(),
      indentOnInput(),
      json(),
      lintGutter(),
      EDITOR_LOOK,
      insertOverSelection,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      // No key that somebody needs to go on to the next field.
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of(({ docChanged, state: { doc: text } }) => {
        if (docChanged) onChange(text.toString())
      }),
    ],
  })
  return new EditorView({ state, parent: root, root })
}
