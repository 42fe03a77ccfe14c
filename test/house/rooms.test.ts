// What a room may reach of Node, and how long its functions may be. Who may import whom is in .dependency-cruiser.mjs.
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { shipped } from './sources.ts'

const product = shipped.filter(({ file }) => !/\/(testing|conformance)\//.test(file))

/** They compute and reach nothing. */
const ANYWHERE = ['node:assert/strict', 'node:crypto', 'node:events', 'node:path', 'node:url', 'node:util']

/** The first room that a file is in says what else it may import. */
const ROOMS: readonly (readonly [room: RegExp, modules: readonly string[]])[] = [
  // Twilio signs a query as that module writes it.
  [/^contract\/src\/providers\//, ['node:querystring']],
  [/^contract\/src\//, []],
  [/^sdk\/src\//, []],
  [/^mcp\/src\//, []],
  [/^cli\/src\/frame\/editor\.ts$/, ['node:child_process', 'node:fs', 'node:os']],
  [/^cli\/src\/remote\/listen\/view\//, []],
  [/^cli\/src\/remote\/listen\//, ['node:fs', 'node:http', 'node:https', 'node:net']],
  [/^cli\/src\/remote\/listen\.ts$/, ['node:os']],
  [/^cli\/src\/operate\/doctor\//, ['node:fs', 'node:net', 'node:tls']],
  [/^cli\/src\/operate\/demo\.ts$/, ['node:child_process', 'node:fs', 'node:http', 'node:net', 'node:os']],
  [/^cli\/src\//, ['node:fs']],
  [/^dashboard\/src\//, []],
  [
    /^server\/src\/platform\/http\//,
    ['node:dns/promises', 'node:fs/promises', 'node:net', 'node:os', 'node:string_decoder', 'node:tls'],
  ],
  [/^server\/src\/platform\/threads\//, ['node:worker_threads']],
  [/^server\/src\/platform\/(address|json)\//, []],
  [/^server\/src\/platform\//, ['node:fs', 'node:module', 'node:perf_hooks']],
  [/^server\/src\/storage\/sqlite\/thread\//, ['node:sqlite', 'node:worker_threads']],
  [/^server\/src\/storage\/sqlite\/(backup|connection|schema)\//, ['node:fs', 'node:sqlite']],
  [/^server\/src\/storage\/sqlite\//, ['node:sqlite']],
  [/^server\/src\/storage\/postgres\/nodes\//, ['node:fs']],
  [/^server\/src\/storage\/move\//, ['node:fs', 'node:sqlite']],
  // The lock of a data directory is a SQLite file.
  [/^server\/src\/storage\/shared\/directory-lock\.ts$/, ['node:sqlite']],
  [/^server\/src\/storage\//, []],
  [/^server\/src\/engine\//, []],
  [/^server\/src\/schemas\/worker\//, ['node:os', 'node:worker_threads']],
  [/^server\/src\/(schemas|sealing|sources)\//, []],
  [/^server\/src\/api\/http\/gzip\.ts$/, ['node:zlib']],
  [/^server\/src\/api\//, ['node:http', 'node:net']],
  [/^server\/src\/[a-z-]+\.ts$/, ['node:http', 'node:os']],
]

describe('a room', () => {
  test('imports of Node what it needs and nothing else', () => {
    const wrong = product.flatMap(({ file, text }) => {
      const modules = ROOMS.find(([room]) => room.test(file))?.[1] ?? []
      return [...text.matchAll(/(?:from|import\()\s*'(node:[a-z_/]+)'/g)]
        .map(([, module = '']) => module)
        .filter((module) => !ANYWHERE.includes(module) && !modules.includes(module))
        .map((module) => `${file} ${module}`)
    })
    expect(wrong).toEqual([])
  })

  test('has no function of more than 60 lines', () => {
    const long = product.flatMap(({ file, text }) =>
      functionsOf(file, text)
        .filter(({ lines }) => lines > 60)
        .map(({ name, lines }) => `${file} ${name}: ${lines}`),
    )
    expect(long).toEqual([])
  })
})

function functionsOf(file: string, text: string): { readonly name: string; readonly lines: number }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
  const found: { name: string; lines: number }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const name = ts.isConstructorDeclaration(node) ? 'constructor' : (node.name?.getText() ?? 'without a name')
      found.push({ name, lines: lineOf(node.end) - lineOf(node.getStart()) + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
