// The page on security names tests. A table of threats whose tests are gone would be worse than none.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/operate/security.md'), 'utf8')
const table = page.slice(page.indexOf('## Who may never do what'), page.indexOf('## What it does not protect against'))
const rows = table.split('\n').filter((line) => line.startsWith('|') && !/^\| (Who|---)|^\|---/.test(line))
const namesOf = (text: string) => [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map((match) => match[1] ?? '')

describe('docs/operate/security.md', () => {
  test('names for each threat at least one test, and only tests that are there', () => {
    expect(rows.length).toBeGreaterThanOrEqual(10)
    expect(rows.filter((row) => namesOf(row).length === 0)).toEqual([])
    expect(namesOf(table).filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  test('names each file that plays an attacker', () => {
    const attacks = globSync('test/e2e/hostile/*.test.ts', { cwd: root })
    expect(attacks.length).toBeGreaterThan(0)
    expect(attacks.filter((file) => !namesOf(table).includes(file))).toEqual([])
  })

  test('is led to from where people look first', () => {
    for (const file of ['README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md']) {
      expect(readFileSync(join(root, file), 'utf8'), file).toContain('docs/operate/security.md')
    }
  })
})
