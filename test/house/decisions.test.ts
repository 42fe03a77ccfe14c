// docs/decisions: an index that leaves out a page, or says another status than the page, would be worse than none.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const LINES_MAX = 55
const folder = fileURLToPath(new URL('../../docs/decisions/', import.meta.url))
const index = readFileSync(join(folder, 'README.md'), 'utf8')
const entries = [
  ...index.matchAll(/^\| (\d+) \| \[(.+)\]\((\d{4}-[\w-]+\.md)\) \| (.+) \| (.+) \| (\d{4}-\d\d-\d\d) \|$/gm),
].map(([, number, title, file, summary, status, date]) => ({ number, title, file, summary, status, date }))
const gone = [...index.matchAll(/^\| (\d+) \| [^|[]+ \| \[.+\) \|$/gm)].map(([, number]) => Number(number))
const pages = globSync('[0-9]*.md', { cwd: folder })
  .sort()
  .map((file) => ({ file: basename(file), text: readFileSync(join(folder, file), 'utf8') }))

/** What the index must say of a page, as the page says it. */
function entryOf({ file, text }: { file: string; text: string }) {
  const [, number, title] = /^# (\d+)\. (.+)\n/.exec(text) ?? []
  const [, status, date] = /^Status: (.+) · (\d{4}-\d\d-\d\d)$/m.exec(text) ?? []
  return { number, title, file, status, date }
}

describe('docs/decisions', () => {
  test('has an index that says of each page what the page says, and of no other', () => {
    expect(pages.length).toBeGreaterThan(40)
    expect(entries.map(({ summary: _, ...entry }) => entry)).toEqual(pages.map(entryOf))
  })

  test('uses each number once, and says where the missing ones went', () => {
    const kept = entries.map(({ number }) => Number(number))
    const all = [...kept, ...gone].sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: Math.max(...kept) }, (_, at) => at + 1))
  })

  test.each(pages)('$file has its number, a status, a date and the three sections, in order', ({ file, text }) => {
    expect(text).toMatch(new RegExp(`^# ${Number(file.slice(0, 4))}\\. .+\\n\\nStatus: .+\\n\\n`))
    const sections = [...text.matchAll(/^\*\*(Context|Decision|Consequences)\.\*\*/gm)].map(([, name]) => name)
    expect(sections).toEqual(['Context', 'Decision', 'Consequences'])
  })

  test.each(pages)('$file is one page', ({ text }) => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(LINES_MAX)
  })

  test('knows three kinds of status, and supersedes only by pages that exist', () => {
    const numbers = entries.map(({ number }) => number)
    for (const { status = '' } of entries) {
      expect(status).toMatch(/^(accepted(, superseded in part by \d+( and \d+)*)?|superseded by \d+)$/)
      for (const [number] of status.matchAll(/\d+/g)) expect(numbers).toContain(number)
    }
  })
})
