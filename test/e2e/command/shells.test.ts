// Completion in the shells that people have: zsh with a Tab that is pressed in a terminal, fish as it completes a line.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { scratchFolder } from '../../support/scratch.ts'
import { TmuxScreen, whyNoTmux } from '../../support/tmux.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const folder = scratchFolder()
const program = join(folder, 'timbre')
writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`)
chmodSync(program, 0o755)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, TERM: 'xterm-256color' }
const whyNot = (shell: string) =>
  spawnSync(shell, ['--version']).status === 0 ? undefined : `there is no ${shell} here (apt-get install ${shell})`

test('fish completes commands, options and their values, and files where nothing else belongs', (context) => {
  const why = whyNot('fish')
  if (why !== undefined) return context.skip(why)
  const completed = (line: string) => {
    const script = `timbre completion fish | source; complete -C ${JSON.stringify(line)}`
    const printed = execFileSync('fish', ['--no-config', '-c', script], { env, cwd: folder, encoding: 'utf8' })
    return printed
      .trim()
      .split('\n')
      .map((one) => one.split('\t')[0])
  }
  expect(completed('timbre webh')).toEqual(['webhooks'])
  expect(completed('timbre deliveries ')).toEqual(expect.arrayContaining(['list', 'show', 'retry', 'tail']))
  expect(completed('timbre deliveries list --st')).toEqual(['--status'])
  expect(completed('timbre deliveries list --status f')).toEqual(['failed'])
  writeFileSync(join(folder, 'secret.txt'), '')
  expect(completed('timbre verify --secret-file sec')).toEqual(['secret.txt'])
})

test('zsh completes at a Tab, as somebody has it who follows the help', async (context) => {
  const why = whyNot('zsh') ?? whyNoTmux()
  if (why !== undefined) return context.skip(why)
  writeFileSync(
    join(folder, '.zshrc'),
    "PS1='> '\nautoload -U compinit; compinit -u -D\nsource <(timbre completion zsh)\necho ready\n",
  )
  const screen = new TmuxScreen({ columns: 100, rows: 24, cwd: folder, env })
  try {
    screen.type('exec zsh -d')
    await screen.shows(/^ready/m)
    screen.keys('timbre webh', 'Tab')
    await screen.shows(/^> timbre webhooks$/m)
    screen.keys('C-u', 'timbre deliveries list --st', 'Tab')
    await screen.shows(/^> timbre deliveries list --status$/m)
    screen.keys('f', 'Tab')
    await screen.shows(/--status failed$/m)
    screen.keys('C-u', 'timbre deliveries ', 'Tab')
    await screen.shows(/^retry .*Send a delivery again/m)
    writeFileSync(join(folder, 'secret.txt'), '')
    screen.keys('C-u', 'timbre verify --secret-file sec', 'Tab')
    await screen.shows(/--secret-file secret\.txt/)
  } finally {
    screen.close()
  }
})
