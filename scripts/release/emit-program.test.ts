import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { emitProgram, SERVER_PACKAGE } from './emit-program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const program = emitProgram(ROOT, ['cli/bin/timbre.mjs'])
const server = program.files.server
const all = (['server', 'command'] as const).flatMap((part) =>
  [...program.files[part]].map(([path, text]) => ({ part, path, text })),
)

/** What stands in quotes behind `from`, `import(` and `new URL(`. */
const specifiers = (text: string) =>
  [...text.matchAll(/(?:^(?:import|export) [^'\n]*\bfrom |^\} from |\bimport\(|new URL\()'([^']+)'/gm)].map(
    ([, one = '']) => one,
  )

describe('the emitted program', () => {
  test('has what runs in threads of its own', () => {
    for (const thread of ['sender-worker', 'schema-worker', 'storage-worker'])
      expect([...server.keys()].filter((path) => path.endsWith(`/${thread}.js`))).toHaveLength(1)
  })

  test('has the migrations of both backends, and no test', () => {
    expect([...server.keys()].filter((path) => path.includes('/migrations/0001-'))).toHaveLength(2)
    expect(all.filter(({ path }) => /\.test\.|conformance|\/test-storage/.test(path))).toEqual([])
  })

  test('names only what the packages have', () => {
    const missing = all.flatMap(({ part, path, text }) =>
      specifiers(text).flatMap((specifier) => {
        if (specifier.startsWith('.')) {
          const file = posix.join(posix.dirname(path), specifier)
          // Files of the package that are no code: src/platform reads them.
          return program.files[part].has(file) || ['package.json', 'sdk.tgz', 'dashboard/'].includes(file)
            ? []
            : [`${path}: ${specifier}`]
        }
        if (!specifier.startsWith(`${SERVER_PACKAGE}/`)) return []
        const file = specifier.slice(SERVER_PACKAGE.length + 1)
        return server.has(file) || server.has(`src/${file}`) ? [] : [`${path}: ${specifier}`]
      }),
    )
    expect(missing).toEqual([])
  })

  test('keeps the lines of its sources, so that a stack trace fits them', () => {
    for (const path of ['src/main.js', 'src/engine/decide.js', 'contract/signature.js']) {
      const source = join(ROOT, path.startsWith('src/') ? `server/${path}` : path.replace('contract/', 'contract/src/'))
      const lines = readFileSync(source.replace(/\.js$/, '.ts'), 'utf8').split('\n')
      expect(server.get(path)?.split('\n')).toHaveLength(lines.length)
    }
  })

  test('says which packages it imports', () => {
    expect([...program.packages.command].sort()).toEqual([
      '@getsupervisor/agents-studio-sdk',
      '@inquirer/confirm',
      '@inquirer/password',
      'commander',
      'diff',
      'env-paths',
      'fastest-levenshtein',
      'ink',
      'picocolors',
      'react',
      'string-width',
      'yaml',
    ])
    expect(program.packages.server).toContain('fastify')
    for (const name of program.packages.server) expect(existsSync(join(ROOT, 'node_modules', name))).toBe(true)
  })
})

test('an entry that leads out of the packages is refused', () => {
  expect(() => emitProgram(ROOT, ['demo/main.ts'])).toThrow('demo/main.ts belongs to no package.')
})
