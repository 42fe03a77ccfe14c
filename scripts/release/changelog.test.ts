import { expect, test } from 'vitest'
import { careBlocks, readChangelog } from './changelog.ts'

const CHANGELOG = `# Changelog

## Unreleased

### Added
- One thing.

## 1.2.0 - 2026-01-02

### ⚠ Before you upgrade

> ⚠ **Migration 3 of SQLite** (\`sqlite/0003-retention\`) does this
> and that.
> Takes: a second.

> A quotation that is no warning.

> ⚠ **Migration 4 of SQLite** (\`sqlite/0004-growth\`) does more.

## 1.1.0
`

test('versions come in the order of the file, with their dates and all that is under their headings', () => {
  const versions = readChangelog(CHANGELOG)
  expect(versions.map(({ version, date }) => [version, date])).toEqual([
    [undefined, undefined],
    ['1.2.0', '2026-01-02'],
    ['1.1.0', undefined],
  ])
  expect(versions[0]?.text).toBe('### Added\n- One thing.')
  expect(versions[2]?.text).toBe('')
})

test.each(['## 1.2', '## v1.2.0 - 2026-01-02', '## 1.2.0 - soon', '## unreleased'])(
  '%s is no heading of a version',
  (heading) => {
    expect(() => readChangelog(`# Changelog\n\n${heading}\n`)).toThrow(heading)
  },
)

test('a ⚠ block names its migration, and ends with its quotation', () => {
  expect(careBlocks(readChangelog(CHANGELOG)[1]?.text ?? '')).toEqual([
    {
      migration: 'sqlite/0003-retention',
      text: '⚠ **Migration 3 of SQLite** (`sqlite/0003-retention`) does this\nand that.\nTakes: a second.',
    },
    { migration: 'sqlite/0004-growth', text: '⚠ **Migration 4 of SQLite** (`sqlite/0004-growth`) does more.' },
  ])
})
