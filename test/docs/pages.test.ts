import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../support/scratch.ts'
import { Terminal } from '../support/terminal.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { codeBlocks, linesOf, programsIn, stepsIn, withoutChance } from './code-blocks.ts'
import { missingLinks } from './missing-links.ts'
import { PAGES } from './page-list.ts'

const PROGRAM_MS_MAX = 30_000
/** For each block: one that starts several processes takes long on a busy machine. */
const SHELL_MS_MAX = 60_000
const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = PAGES.map((page) => ({ page, markdown: readFileSync(join(root, page), 'utf8') }))
const timbre = new TimbreProcess()
const folder = scratchFolder()
/** Takes the place of the readers' own receivers where a page shows none. */
const receiver = createServer((request, response) => request.resume().on('end', () => response.end()))
const terminals: Terminal[] = []

beforeAll(async () => {
  await Promise.all([timbre.start(), new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))])
})
afterAll(async () => {
  await Promise.all(terminals.map((terminal) => terminal.close()))
  receiver.close()
  await timbre.destroy()
  rmSync(folder, { recursive: true, force: true })
})

/** The environment that the README tells the reader to have, with a workspace for each page. */
async function reader() {
  const admin = timbre.client({ apiKey: timbre.adminKey })
  const { id } = await admin.workspaces.create({ name: 'A reader' })
  const inside = timbre.client({ apiKey: timbre.adminKey, workspaceId: id })
  const { key } = await inside.apiKeys.create({ name: 'A reader', scopes: [...WORKSPACE_SCOPES] })
  return { PATH: process.env['PATH'], HOME: folder, WORKSPACE_ID: id, API_KEY: key }
}

function here(text: string, receiverPort: number): string {
  return text
    .replaceAll('npx timbre', `"${process.execPath}" cli/bin/timbre.mjs`)
    .replaceAll('http://127.0.0.1:8080', timbre.address)
    .replaceAll('http://127.0.0.1:3000', `http://127.0.0.1:${receiverPort}`)
    .replaceAll('npm run --silent receiver', `npm run --silent receiver -- --port ${receiverPort}`)
}

describe.each(pages)('$page', ({ page, markdown }) => {
  const programs = programsIn(markdown)
  const shell = stepsIn(markdown, 'bash')
  let env: Awaited<ReturnType<typeof reader>>
  beforeAll(async () => {
    if (programs.length + shell.length > 0) env = await reader()
  })

  test.runIf(shell.length > 0)('prints in a shell what it says', async () => {
    const port = await freePort()
    const terminal = new Terminal(root, env)
    terminals.push(terminal)
    for (const { text, output } of shell) {
      const expected = linesOf(here(output, port))
      const printed = await terminal.paste(
        here(text, port),
        (so_far) => linesOf(so_far).length >= expected.length,
        SHELL_MS_MAX,
      )
      expect(linesOf(printed)).toEqual(expected)
    }
  })

  test.each(programs)('prints in TypeScript what it says, line $line', async ({ line, text, output }) => {
    const { port } = receiver.address() as AddressInfo // it listens on TCP
    const file = join(folder, `${page.replaceAll(/\W/g, '-')}-${line}.mts`)
    writeFileSync(file, here(text, port))
    const ended = await run(file, env)
    expect(ended.stderr).toBe('')
    expect(ended.failure).toBeNull()
    expect(withoutChance(ended.stdout)).toBe(withoutChance(output))
  })

  test('has shell commands that a shell can read', () => {
    for (const { text, line } of stepsIn(markdown, 'sh'))
      expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' }).stderr, `line ${line}`).toBe('')
  })

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = codeBlocks(markdown).flatMap(({ text }) =>
      [...text.matchAll(/^npm (?:run (?:--silent )?)?(\w[\w:]*)/gm)].map((match) => match[1] ?? ''),
    )
    const ofNpm = ['install', 'ci']
    for (const name of named.filter((name) => !ofNpm.includes(name))) expect(Object.keys(scripts)).toContain(name)
  })

  test('links only to files and headings that exist', () => {
    expect(missingLinks(root, page)).toEqual([])
  })
})

/** Not synchronously: the receiver is in this process. */
function run(file: string, env: NodeJS.ProcessEnv) {
  return new Promise<{ failure: Error | null; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: root, env, timeout: PROGRAM_MS_MAX }
    execFile(process.execPath, [file], options, (failure, stdout, stderr) => resolve({ failure, stdout, stderr }))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // it listens on TCP
      server.close(() => resolve(port))
    })
  })
}
