import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commitOf, refusals, tagRelease } from './checks.ts'

const RELEASED = '# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-01-02\n\n### Added\n- One thing.\n'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'timbre-checks-'))
  git('init', '--quiet', '--initial-branch=main')
  commit(RELEASED)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']

function git(...args: readonly string[]): string {
  return execFileSync('git', [...AUTHOR, ...args], { cwd: root, encoding: 'utf8' }).trim()
}

function commit(changelog: string): void {
  writeFileSync(join(root, 'CHANGELOG.md'), changelog)
  git('add', '.')
  git('commit', '--quiet', '--message', 'A commit')
}

test('a clean main with a dated version in the changelog may be released, once', () => {
  expect(refusals(root, '1.2.0')).toEqual([])
  git('config', 'user.name', 'Test')
  git('config', 'user.email', 'test@example.com')
  tagRelease(root, '1.2.0')
  expect(git('cat-file', '-t', 'v1.2.0')).toBe('tag')
  expect(refusals(root, '1.2.0')).toEqual([expect.stringMatching(/^v1\.2\.0 is tagged already/)])
})

test('another branch and changed files are refused', () => {
  git('switch', '--quiet', '--create', 'feature')
  writeFileSync(join(root, 'new.ts'), '')
  expect(refusals(root, '1.2.0')).toEqual([
    expect.stringMatching(/^The branch is feature/),
    expect.stringMatching(/^The tree is not clean \(1 file\)/),
  ])
})

test('a commit without a branch is refused', () => {
  git('checkout', '--quiet', '--detach')
  expect(refusals(root, '1.2.0')).toEqual([expect.stringMatching(/^No branch is checked out/)])
})

test('what waits under Unreleased, another newest version and a missing date are refused', () => {
  commit(
    RELEASED.replace('## Unreleased\n', '## Unreleased\n\n### Added\n- Another thing.\n  In two lines.\n- A third.\n'),
  )
  expect(refusals(root, '1.2.0')).toEqual([expect.stringMatching(/^CHANGELOG\.md has 2 entries under Unreleased/)])
  commit(RELEASED)
  expect(refusals(root, '1.3.0')).toEqual(['The newest version of CHANGELOG.md is 1.2.0, that of the packages 1.3.0.'])
  commit(RELEASED.replace(' - 2026-01-02', ''))
  expect(refusals(root, '1.2.0')).toEqual(['CHANGELOG.md says no date for 1.2.0.'])
})

test('a commit has a short name and a time', () => {
  const { name, time } = commitOf(root)
  expect(git('rev-parse', 'HEAD').startsWith(name)).toBe(true)
  expect(Date.parse(time)).toBe(Number(git('log', '-1', '--format=%ct')) * 1000)
})
