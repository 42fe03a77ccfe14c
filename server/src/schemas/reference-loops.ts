// Owns references that go round without looking further into the value: no validation of them would end.
import { refuseAt } from './keyword.ts'
import type { SchemaNode } from './schema-node.ts'

/** Throws INVALID_EVENT_TYPE_SCHEMA where a schema is applied to the same value again by way of itself. */
export function refuseLoops(nodes: Iterable<SchemaNode>): void {
  const finished = new Set<SchemaNode>()
  for (const node of nodes) refuseLoopFrom(node, finished)
}

/** Depth first, without recursion: a chain of references may be as long as the document. */
function refuseLoopFrom(start: SchemaNode, finished: Set<SchemaNode>): void {
  const open = new Set<SchemaNode>()
  const stack: { readonly node: SchemaNode; readonly rest: Iterator<SchemaNode> }[] = []
  const enter = (node: SchemaNode) => {
    if (finished.has(node)) return
    if (open.has(node)) refuseLoop(node)
    open.add(node)
    stack.push({ node, rest: node.inPlace.values() })
  }
  enter(start)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.rest.next()
    if (next.done !== true) {
      enter(next.value)
      continue
    }
    finished.add(top.node)
    open.delete(top.node)
    stack.pop()
  }
}

function refuseLoop({ pointer }: SchemaNode): never {
  return refuseAt('reference_loop', pointer, {
    en: 'is applied to the same value again and again',
    es: 'se aplica una y otra vez al mismo valor',
  })
}
