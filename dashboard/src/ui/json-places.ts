// Owns where in a text of JSON something stands.
import { jsonParseLinter } from '@codemirror/lang-json'
import { ensureSyntaxTree, syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

export interface TextRange {
  readonly from: number
  readonly to: number
}

type Node = ReturnType<typeof syntaxTree>['topNode']

const PARSE_MS = 100

/** The value that a JSON Pointer names; where there is none, the beginning of what should have it. */
export function placeOf(state: EditorState, pointer: string): TextRange {
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS) ?? syntaxTree(state)
  let node = tree.topNode.firstChild
  for (const name of pointer.split('/').slice(1)) {
    const inside = node === null ? undefined : childOf(state, node, name.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (inside === undefined) return { from: node?.from ?? 0, to: Math.min((node?.from ?? 0) + 1, state.doc.length) }
    node = inside
  }
  return { from: node?.from ?? 0, to: node?.to ?? 0 }
}

/** Where a text stops to be JSON; undefined: it is JSON. */
export function syntaxFault(view: EditorView): TextRange | undefined {
  const [fault] = jsonParseLinter()(view)
  return fault && { from: fault.from, to: Math.min(fault.from + 1, view.state.doc.length) }
}

function childOf(state: EditorState, node: Node, name: string): Node | undefined {
  if (node.name === 'Array') return valuesIn(node)[Number(name)]
  const property = node.getChildren('Property').find((one) => nameOf(state, one) === name)
  return property?.lastChild ?? undefined
}

function nameOf(state: EditorState, property: Node): string | undefined {
  const name = property.getChild('PropertyName')
  if (name === null) return undefined
  try {
    return String(JSON.parse(state.sliceDoc(name.from, name.to)))
  } catch {
    return undefined // it is being written
  }
}

const MARKS: ReadonlySet<string> = new Set(['[', ']', ',', '⚠'])

function valuesIn(array: Node): readonly Node[] {
  const values: Node[] = []
  for (let node = array.firstChild; node !== null; node = node.nextSibling) if (!MARKS.has(node.name)) values.push(node)
  return values
}
