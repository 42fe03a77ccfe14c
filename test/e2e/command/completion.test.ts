// Completion as a shell does it: bash loads the script and is asked what may stand at the cursor.
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { scratchFolder } from '../../support/scratch.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const folder = scratchFolder()
const program = join(folder, 'timbre')
writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`)
chmodSync(program, 0o755)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function completed(...words: readonly string[]): string[] {
  const typed = ['timbre', ...words].map((word) => `'${word}'`).join(' ')
  const script = `source <(timbre completion bash); COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _timbre; printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  return execFileSync('bash', ['--norc', '-c', script], { env, encoding: 'utf8' }).trim().split('\n')
}

test('bash completes commands, subcommands, options and their values', () => {
  expect(completed('webh')).toEqual(['webhooks'])
  expect(completed('deliveries', '')).toEqual(expect.arrayContaining(['list', 'show', 'retry']))
  expect(completed('deliveries', 'list', '--st')).toEqual(['--status'])
  expect(completed('deliveries', 'list', '--status', 'f')).toEqual(['failed'])
  expect(completed('verify', '--secret-file', '')).toEqual([''])
})
