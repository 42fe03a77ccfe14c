// Owns the look of the editor of JSON, in the colours of tokens.css, which reach into its shadow root.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const frame = EditorView.theme({
  '&': { height: '100%', color: 'var(--color-ink)', backgroundColor: 'var(--color-surface)' },
  // What is around it shows the focus.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', fontSize: 'var(--text-sm)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--color-ink)' },
  '.cm-gutters': {
    color: 'var(--color-muted)',
    backgroundColor: 'var(--color-hover)',
    borderRight: '1px solid var(--color-line)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--color-accent-soft)' },
  '.cm-tooltip': {
    color: 'var(--color-ink)',
    backgroundColor: 'var(--color-raised)',
    border: '1px solid var(--color-line)',
    borderRadius: 'var(--radius-md)',
    maxWidth: '30rem',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--color-fail)' },
  '.cm-diagnosticText': { fontFamily: 'var(--font-sans)', fontSize: 'var(--text-sm)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--color-fail)',
    textDecorationSkipInk: 'none',
  },
  '.cm-lint-marker-error': {
    content: '""',
    width: '0.6em',
    height: '0.6em',
    margin: '0.35em 0.15em',
    borderRadius: '50%',
    backgroundColor: 'var(--color-fail)',
  },
})

const words = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--color-busy)' },
  { tag: tags.string, color: 'var(--color-ok)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--color-accent-text)' },
  { tag: tags.invalid, color: 'var(--color-fail)' },
])

export const EDITOR_LOOK = [frame, syntaxHighlighting(words)]
