// Owns rendering the part of Go's template language that our chart uses, where no helm is installed. Must never guess: what it does
// not know is an error, so that the chart stays within it.
import { stringify } from 'yaml'

type Functions = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
interface Scope {
  readonly dot: unknown
  readonly variables: Readonly<Record<string, unknown>>
}
type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly pipeline: string }
  | { readonly kind: 'if' | 'with' | 'range' | 'define'; readonly head: string; readonly body: readonly Node[] }

/** Renders templates that share their `define`d names. `root` is the dot: Values, Release, Chart. */
export class TemplateRenderer {
  readonly #names = new Map<string, readonly Node[]>()
  readonly #functions: Functions
  readonly #root: unknown

  constructor(root: unknown) {
    this.#root = root
    this.#functions = {
      include: (name, dot) => this.#run(this.#named(String(name)), { dot, variables: { $: dot } }),
      quote: (value) => JSON.stringify(String(value ?? '')),
      toYaml: (value) => stringify(value, { lineWidth: 0 }).trimEnd(),
      nindent: (count, text) => `\n${String(text)}`.replaceAll('\n', `\n${' '.repeat(Number(count))}`),
      default: (fallback, value) => (isTrue(value) ? value : fallback),
      printf: (format, ...values) =>
        values.reduce<string>((text, value) => text.replace('%s', String(value)), String(format)),
      list: (...values) => values,
      required: (sentence, value) => {
        if (!isTrue(value)) throw new Error(String(sentence))
        return value
      },
    }
  }

  render(template: string): string {
    const nodes = parse(tokensOf(template))
    for (const node of nodes) if (node.kind === 'define') this.#names.set(word(node.head), node.body)
    return this.#run(nodes, { dot: this.#root, variables: { $: this.#root } })
  }

  #named(name: string): readonly Node[] {
    const body = this.#names.get(name)
    if (body === undefined) throw new Error(`Nothing is defined as ${name}.`)
    return body
  }

  #run(nodes: readonly Node[], scope: Scope): string {
    return nodes.map((node) => this.#runNode(node, scope)).join('')
  }

  #runNode(node: Node, scope: Scope): string {
    if (node.kind === 'text') return node.text
    if (node.kind === 'value') return String(this.#evaluate(node.pipeline, scope) ?? '')
    if (node.kind === 'define') return ''
    if (node.kind === 'range') return this.#range(node.head, node.body, scope)
    const value = this.#evaluate(node.head, scope)
    if (!isTrue(value)) return ''
    return this.#run(node.body, node.kind === 'with' ? { ...scope, dot: value } : scope)
  }

  #range(head: string, body: readonly Node[], scope: Scope): string {
    const [names, pipeline] = head.includes(':=') ? head.split(':=') : ['', head]
    const of = this.#evaluate((pipeline ?? '').trim(), scope) ?? []
    const variables = (names ?? '').split(',').map((name) => name.trim())
    const rounds = Object.entries(of).map(([key, value]) => {
      const given = variables.length === 2 ? [key, value] : [value]
      const added = Object.fromEntries(variables.map((name, index) => [name, given[index]]))
      return this.#run(body, { dot: value, variables: { ...scope.variables, ...added } })
    })
    return rounds.join('')
  }

  /** `f a b | g c`: what comes from the left is the last argument. */
  #evaluate(pipeline: string, scope: Scope): unknown {
    const stages = splitOutside(pipeline, '|').map((stage) => splitOutside(stage.trim(), ' '))
    return stages.reduce<{ readonly value?: unknown }>((left, [head = '', ...args]) => {
      const call = this.#functions[head]
      const values = [...args.map((arg) => this.#operand(arg, scope)), ...('value' in left ? [left.value] : [])]
      if (call !== undefined) return { value: call(...values) }
      if (values.length > 0) throw new Error(`There is no function ${head} here.`)
      return { value: this.#operand(head, scope) }
    }, {}).value
  }

  #operand(text: string, scope: Scope): unknown {
    if (text.startsWith('(')) return this.#evaluate(text.slice(1, -1), scope)
    if (text.startsWith('"')) return word(text)
    if (/^\d+$/.test(text)) return Number(text)
    const path = /^(\$\w*)?((?:\.\w+)*)(\.?)$/.exec(text)
    if (path === null || text === '') throw new Error(`${text} is not understood.`)
    const [, variable, fields = ''] = path
    const start = variable === undefined ? scope.dot : scope.variables[variable]
    return fields.split('.').filter(Boolean).reduce(field, start)
  }
}

/** A field that is not there is an error: a misspelt value would be empty with helm. */
function field(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null || !(name in owner)) throw new Error(`There is no .${name}.`)
  return Object.entries(owner).find(([key]) => key === name)?.[1]
}

function isTrue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

function word(text: string): string {
  return String(JSON.parse(text.trim()))
}

/** Text and `{{ … }}` in turn, with the white space taken away that `{{-` and `-}}` take away. */
function tokensOf(template: string): string[] {
  return template
    .replaceAll(/\s*\{\{-/g, '{{')
    .replaceAll(/-\}\}\s*/g, '}}')
    .split(/(\{\{[^}]*\}\})/)
}

function parse(tokens: string[]): Node[] {
  const nodes: Node[] = []
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (!token.startsWith('{{')) {
      nodes.push({ kind: 'text', text: token })
      continue
    }
    const inside = token.slice(2, -2).trim()
    if (inside === 'end') return nodes
    const block = /^(if|with|range|define) (.*)$/.exec(inside)
    if (block === null) nodes.push({ kind: 'value', pipeline: inside })
    else nodes.push({ kind: blockKind(block[1]), head: block[2] ?? '', body: parse(tokens) })
  }
  return nodes
}

function blockKind(text: string | undefined): 'if' | 'with' | 'range' | 'define' {
  if (text === 'if' || text === 'with' || text === 'range' || text === 'define') return text
  throw new Error(`There is no block ${text} here.`)
}

/** Splits at a character that is in no quotation and no bracket. */
function splitOutside(text: string, separator: string): string[] {
  const parts = ['']
  let depth = 0
  let isQuoted = false
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted
    if (!isQuoted && character === '(') depth++
    if (!isQuoted && character === ')') depth--
    if (character === separator && depth === 0 && !isQuoted) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.filter((part) => part !== '')
}
