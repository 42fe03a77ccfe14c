// Pages for whoever changes the code. A map that names what is not there is worse than none.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { codeBlocks } from '../docs/code-blocks.ts'
import { missingLinks } from '../docs/missing-links.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && isThere(file))
const pages = files.filter((file) => /^[A-Z]+\.md$|^docs\/(?!reference\/).*\.md$/.test(file) && file !== 'CHANGELOG.md')
const tops = [...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))]

/** What the reader's own machine has, and what is made when it runs. */
const NOT_OURS = new Set([
  'first-start.json',
  'resolv.conf',
  'sdk.tgz',
  'server/sdk.tgz',
  'server/dashboard',
  'server/dashboard/',
  'licenses.md',
  'claude_desktop_config.json',
  '.cursor/mcp.json',
  '.vscode/mcp.json',
])

function isThere(file: string): boolean {
  try {
    readFileSync(join(root, file))
    return true
  } catch {
    return false
  }
}

/** A path from the root, or its end: pages say `engine/decide.ts` where there is one place that this can be. A folder ends with a slash. */
function exists(path: string): boolean {
  if (path.endsWith('/')) return files.some((file) => `/${file}`.includes(`/${path}`))
  return files.some((file) => file === path || file.endsWith(`/${path}`))
}

function pathsIn(markdown: string): string[] {
  const maps = codeBlocks(markdown).filter(({ language }) => language === 'text')
  const blocks = maps.flatMap(({ text }) => text.split(/[\s,;()]+/))
  const spans = [...markdown.matchAll(/`([^`\s]+)`/g)].map(([, span]) => span ?? '').concat(blocks)
  const named = spans.filter((span) =>
    /^(?:[\w@.-]+\/)*(?:[\w-][\w.-]*\.(?:ts|mjs|md|json|ya?ml|sh)|[\w.-]+\/)$/.test(span),
  )
  const plain = [...markdown.matchAll(new RegExp(`(?<![\\w./:-])(?:${tops.join('|')})/[\\w./-]*\\w`, 'g'))].map(
    ([path]) => path,
  )
  return [...named, ...plain].filter((path) => !NOT_OURS.has(path))
}

/** In plain text a path may end early: `docs/decisions/0041`, `test/e2e/hostile`. */
function isNamed(path: string): boolean {
  return exists(path) || files.some((file) => file.startsWith(path))
}

describe('what the pages name', () => {
  test.each(pages)('%s names only files and folders that are there', (page) => {
    const markdown = readFileSync(join(root, page), 'utf8')
    expect(pathsIn(markdown).filter((path) => !isNamed(path))).toEqual([])
  })

  test.each(pages)('%s links only to files and headings that are there', (page) => {
    expect(missingLinks(root, page)).toEqual([])
  })

  test('is also there where code refers to a page', () => {
    const code = files.filter((file) => /\.(ts|mjs|yaml|service)$/.test(file))
    const dead = code.flatMap((file) => {
      const named = readFileSync(join(root, file), 'utf8').matchAll(
        /docs\/(?:decisions\/\d{4}[\w-]*|\w+\/[\w-]+\.md|\w+\.md)/g,
      )
      return [...named]
        .filter(([path]) => !files.some((known) => known.startsWith(path)))
        .map(([path]) => `${file}: ${path}`)
    })
    expect(dead).toEqual([])
  })
})

describe('figures', () => {
  test('in microseconds are on docs/performance.md and not in comments', () => {
    const shipped = files.filter((file) => /^(contract|server|sdk|mcp|cli)\/.*\.(ts|mjs)$/.test(file))
    const comments = (file: string) => readFileSync(join(root, file), 'utf8').match(/\/\/.*|^\s*\/?\*.*/gm) ?? []
    expect(shipped.filter((file) => comments(file).some((line) => /\d ?(µs|ns)\b/.test(line)))).toEqual([])
  })
})

describe('ARCHITECTURE.md', () => {
  test('has at most 150 lines', () => {
    expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
  })
})
