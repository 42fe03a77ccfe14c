// The interactive view of `timbre listen`, used as a person uses it: keys into a terminal, and what is on its screen.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifySignature } from '@getsupervisor/agents-studio-sdk/receiver'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { TmuxScreen, whyNoTmux } from '../../support/tmux.ts'
import { until } from '../../support/until.ts'
import { CommandLine } from './command-line.ts'
import { ReceiverOfOne } from './receiver-of-one.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const why = whyNoTmux()
if (why !== undefined) process.stdout.write(`The view of timbre listen is not tested in a terminal: ${why}.\n`)

const timbre = new TimbreProcess()
const receiver = new ReceiverOfOne()
const screens: TmuxScreen[] = []
let line: CommandLine
let desks = 0
beforeAll(async () => {
  await Promise.all([timbre.start(), receiver.start()])
  line = await CommandLine.on(timbre)
  const program = join(line.folder, 'timbre')
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`)
  chmodSync(program, 0o755)
})
afterEach(() => {
  for (const screen of screens.splice(0)) screen.close()
  receiver.status = 200
  receiver.received.length = 0
})
afterAll(async () => {
  line.remove()
  receiver.stop()
  await timbre.destroy()
})

function terminal(columns: number, rows: number, more: Readonly<Record<string, string>> = {}): TmuxScreen {
  const env = { ...line.env, PATH: `${line.folder}:${process.env['PATH']}`, TERM: 'tmux-256color', ...more }
  const screen = new TmuxScreen({ columns, rows, cwd: line.folder, env })
  screens.push(screen)
  return screen
}

/** A view that listens, under a name of its own. */
async function view(
  columns = 80,
  rows = 24,
  more: Readonly<Record<string, string>> = {},
  args = '',
): Promise<TmuxScreen> {
  const screen = terminal(columns, rows, more)
  screen.type(`timbre listen --forward-to ${receiver.url} --as desk-${++desks} --rm ${args}`)
  await screen.shows(/● connected/)
  return screen
}

async function publish(callId: string, more: object = {}): Promise<string> {
  const [event] = await line.json(
    'events',
    'publish',
    'call.completed',
    '--data',
    JSON.stringify({ call_id: callId, ...more }),
  )
  return String(event?.['id'])
}

const arrived = (count: number) =>
  until(
    async () => receiver.received.length,
    (length) => length >= count,
  )

async function left(screen: TmuxScreen): Promise<string> {
  screen.keys('q')
  const shown = await screen.shows(/Removed[\s\S]*\n\$/)
  screen.type('echo "columns $(stty size), $(stty -a | grep -o -- "-\\?icanon\\|-\\?echo ")"')
  // The terminal is as it was: lines, and an echo of what is typed.
  expect(await screen.shows(/columns \d+ \d+, icanon/)).not.toMatch(/-icanon|-echo/)
  return shown
}

describe.runIf(why === undefined)('the view', () => {
  test('lists what comes, shows one, finds by a filter, and leaves the terminal as it was', async () => {
    const screen = await view()
    expect(screen.text()).toContain('Nothing has come yet')
    await publish('call-one')
    receiver.status = 500
    await publish('call-two')
    await screen.shows(/500 +call\.completed +call-two/)
    expect(screen.text()).toMatch(
      /200 +call\.completed +call-one[\s\S]*2 forwarded, 1 failed|2 forwarded, 1 failed[\s\S]*call-one/,
    )
    screen.keys('Enter')
    await screen.shows(/Response {2}500[\s\S]*no such tenant/)
    screen.keys('Up')
    await screen.shows(/Response {2}200[\s\S]*thanks/)
    screen.keys('Escape', '/')
    screen.type('5xx')
    await screen.shows(/filter 5xx/)
    expect(screen.text()).not.toContain('call-one')
    screen.keys('Escape')
    await screen.shows(/call-one/)
    expect(await left(screen)).not.toContain('call-one')
  })

  test('has one sent again, with a new signature, and marks it', async () => {
    const screen = await view()
    const id = await publish('call-again')
    await screen.shows(/call-again/)
    screen.keys('r')
    await screen.shows(/again 2/)
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id])
    await left(screen)
  })

  test('edits one in the editor and sends it, signed, while others go on coming', async () => {
    const editor = join(line.folder, 'editor')
    writeFileSync(editor, '#!/bin/sh\nsed -i s/call-draft/call-edited/ "$1"\nread line\n')
    chmodSync(editor, 0o755)
    const screen = await view(80, 24, { EDITOR: editor }, '--print-secret')
    const [, secret = ''] = /secret (whsec_\S+)/.exec(screen.text()) ?? []
    await publish('call-draft')
    await screen.shows(/call-draft/)
    screen.keys('e')
    await screen.shows(/timbre listen --/)
    await publish('call-meanwhile')
    await arrived(2)
    screen.keys('Enter')
    await screen.shows(/call-edited[\s\S]*edited/)
    const edited = receiver.received.at(-1)
    expect(JSON.parse(edited?.body ?? '')).toMatchObject({
      id: expect.stringMatching(/^evt_edited_/),
      data: { call_id: 'call-edited' },
    })
    await verifySignature(edited?.body ?? '', edited?.headers ?? {}, secret)
    await left(screen)
  })

  test('compares with the one before, copies curl, and says whether it verifies', async () => {
    const screen = await view(100, 40)
    await publish('call-a', { duration_ms: 1000 })
    await publish('call-b', { duration_ms: 2000 })
    await screen.shows(/call-b/)
    screen.keys('d')
    await screen.shows(/- +"duration_ms": 1000[\s\S]*\+ +"duration_ms": 2000/)
    screen.keys('c')
    await screen.shows(/Copied/)
    const copied = await until(
      async () => screen.clipboard(),
      (text) => text.startsWith('curl -sS'),
    )
    expect(copied).toMatch(/webhook-signature: v1,[\s\S]*--data-binary '\{"id":"evt_/)
    receiver.status = 401
    screen.keys('v')
    await screen.shows(/It verifies/)
    await publish('call-refused')
    await screen.shows(/401 +call\.completed +call-refused/)
    screen.keys('Escape', 'G', 'v')
    await screen.shows(/refused it with 401 all the same: it has another secret/)
    screen.keys('?')
    await screen.shows(/q +end, as Ctrl-C does/)
    await left(screen)
  })

  test('says that the receiver is away and how much waits, and forwards it when it is back', async () => {
    const other = await new ReceiverOfOne().start()
    const screen = terminal(100, 24)
    screen.type(`timbre listen --forward-to ${other.url} --as desk-${++desks} --rm`)
    await screen.shows(/● connected/)
    const { port } = new URL(other.url)
    await other.stop()
    await publish('call-waits')
    await screen.shows(/is away: reconnecting, 1 waiting/)
    await other.start(Number(port))
    await screen.shows(/● connected[\s\S]*call-waits/)
    await left(screen)
    await other.stop()
  })

  test('fits 40 columns, and another size as soon as the terminal has it', async () => {
    const screen = await view(40, 14)
    await publish('call-narrow')
    const narrow = await screen.shows(/200 +call\.comp/)
    expect(narrow.trimEnd().split('\n').at(-1)).toMatch(/\? help {2}q quit$/)
    screen.resize(120, 40)
    await screen.shows(/200 +call\.completed +call-narrow +\d+ ms/)
    screen.resize(40, 12)
    const again = await screen.shows(/^(?![\s\S]*call-narrow)[\s\S]*200 +call\.comp/)
    expect(again.split('\n').length).toBeLessThanOrEqual(13)
    await left(screen)
  })

  test('has no colours with NO_COLOR, and the chosen one can be told all the same', async () => {
    const screen = await view(80, 24, { NO_COLOR: '1' })
    await publish('call-grey')
    await screen.shows(/› +\d\d:\d\d:\d\d +200 +call\.completed +call-grey/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
    expect(screen.text(true)).not.toMatch(/\u001b\[[\d;]*\b(3[0-7]|4[0-7]|9[0-7]|38|48)\b[\d;]*m/)
    await left(screen)
  })

  test('is lines with --plain and where TERM is dumb; Ctrl-C ends them', async () => {
    for (const [args, more] of [
      ['--plain', {}],
      ['', { TERM: 'dumb' }],
    ] as const) {
      const screen = terminal(100, 24, more)
      screen.type(`timbre listen --forward-to ${receiver.url} --as desk-${++desks} --rm ${args}`)
      await screen.shows(/Listening as desk-/)
      await publish('call-plain')
      await screen.shows(/200 +call\.completed +evt_/)
      screen.keys('C-c')
      await screen.shows(/Removed/)
    }
  })
})
