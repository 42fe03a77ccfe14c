import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlText } from './curl.ts'

const HOSTILE = `it's $HOME \`id\` "x" \\ $(id) ; !! \n end`

test('whatever is in it, a shell gives it to curl as it is', () => {
  const command = curlText(`https://example.com/?q=${HOSTILE}`, { 'x-a': HOSTILE }, HOSTILE)
  const printed = execFileSync('sh', ['-c', command.replace(/^curl/, 'printf "%s\\0"')], { encoding: 'utf8' })
  expect(printed.split('\0')).toEqual([
    '-sS',
    '-i',
    '-X',
    'POST',
    `https://example.com/?q=${HOSTILE}`,
    '-H',
    `x-a: ${HOSTILE}`,
    '--data-binary',
    HOSTILE,
    '',
  ])
})
