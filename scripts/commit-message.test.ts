import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../test/support/scratch.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const hook = join(root, '.githooks/commit-msg')
const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const WHY = '\n\nA receiver that hangs kept the process from stopping.\n'
const SEVENTY_TWO = `engine: ${'x'.repeat(64)}`

function check(message: string) {
  const file = join(folder, 'message')
  writeFileSync(file, message)
  const { status, stderr } = spawnSync(hook, [file], { encoding: 'utf8' })
  return { isAccepted: status === 0, stderr }
}

describe('the commit-msg hook', () => {
  test.each([
    `engine: release what hangs at stop${WHY}`,
    `api, storage: pass the key on${WHY}`,
    `cli/start: process the file of a first start${WHY}`,
    `sim: seed each episode by itself${WHY}`,
    `${SEVENTY_TWO}${WHY}`,
    `docs: say it once\n\nIt was said twice.\n\nCo-authored-by: A <a@example.com>\n# Please enter the commit message\n`,
    `docs: say it once\n\nIt was said twice.\n# ------------------------ >8 ------------------------\ndiff --git a/a b/a\n+adds.\n`,
    "Merge branch 'main' into release\n",
    'Revert "engine: release what hangs at stop"\n\nThis reverts commit 1234567.\n',
    'fixup! engine: release what hangs at stop\n',
  ])('accepts %j', (message) => {
    expect(check(message)).toEqual({ isAccepted: true, stderr: '' })
  })

  test.each([
    [`${SEVENTY_TWO}x${WHY}`, 'The subject has 73 characters; 72 are allowed.'],
    [`release what hangs at stop${WHY}`, 'does not begin with a scope'],
    [`Engine: release what hangs${WHY}`, 'does not begin with a scope'],
    [`engine:release what hangs${WHY}`, 'does not begin with a scope'],
    [`engine: released what hangs${WHY}`, 'comes an imperative'],
    [`engine: releases what hangs${WHY}`, 'comes an imperative'],
    [`engine: releasing what hangs${WHY}`, 'comes an imperative'],
    [`engine: a bound on what hangs${WHY}`, 'comes an imperative'],
    [`engine: release what hangs.${WHY}`, 'ends with a full stop'],
    ['engine: release what hangs\nat stop\n\nWhy.\n', 'The second line is not blank.'],
    ['engine: release what hangs\n', 'no body that says why'],
    ['engine: release what hangs\n\nSigned-off-by: A <a@example.com>\n', 'no body that says why'],
    ['engine: release what hangs\n\n# Please enter the commit message\n', 'no body that says why'],
    ['', 'does not begin with a scope'],
  ])('refuses %j', (message, sentence) => {
    const { isAccepted, stderr } = check(message)
    expect(isAccepted).toBe(false)
    expect(stderr).toContain(sentence)
  })

  test('is what git asks once core.hooksPath names its folder', () => {
    const repository = join(folder, 'repository')
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
        cwd: repository,
        encoding: 'utf8',
      })
    execFileSync('git', ['init', '--quiet', repository])
    git('config', 'core.hooksPath', join(root, '.githooks'))
    expect(git('commit', '--allow-empty', '--message', 'wip').status).toBe(1)
    expect(git('commit', '--allow-empty', '--message', `engine: release what hangs at stop${WHY}`).status).toBe(0)
    expect(git('log', '--format=%s').stdout).toBe('engine: release what hangs at stop\n')
  })
})
