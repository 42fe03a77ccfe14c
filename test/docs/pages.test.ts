import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../support/scratch.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { codeBlocks } from './code-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PAGES = [
  'README.md',
  'docs/concepts/events.md',
  'docs/guides/verify-a-signature.md',
  'docs/guides/replay.md',
  'docs/guides/why-was-it-not-delivered.md',
  'docs/guides/run-in-production.md',
  'docs/operate/backup.md',
  'docs/operate/capacity.md',
  'docs/operate/deploy.md',
  'docs/operate/overload.md',
  'docs/operate/retention.md',
  'docs/operate/scale.md',
  'docs/operate/secrets-and-keys.md',
  'docs/operate/security.md',
]
const pages = PAGES.map((page) => ({ page, markdown: readFileSync(join(root, page), 'utf8') }))
const blocks = pages.flatMap(({ page, markdown }) => codeBlocks(markdown).map((block) => ({ ...block, page })))
const timbre = new TimbreProcess()
const folder = scratchFolder()

beforeAll(() => timbre.start())
afterAll(async () => {
  await timbre.destroy()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a command with the environment that the README tells the reader to have. */
function run(command: string, args: readonly string[]) {
  const { WORKSPACE_ID, API_KEY } = { WORKSPACE_ID: timbre.workspaceId, API_KEY: timbre.apiKey }
  return spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], WORKSPACE_ID, API_KEY },
  })
}

function atTheProcess(text: string): string {
  return text.replaceAll('http://127.0.0.1:8080', timbre.address)
}

describe('the code blocks of the documentation', () => {
  test('with curl run as they stand and show the delivery', () => {
    const [curl] = blocks.filter(({ language }) => language === 'bash')
    const ended = run('bash', ['--norc', '-eo', 'pipefail', '-c', atTheProcess(curl?.text ?? 'exit 9')])
    expect(ended.stderr).toBe('')
    expect(ended.status).toBe(0)
    expect(ended.stdout).toContain('"deliveryCount":1')
    expect(ended.stdout).toMatch(/"eventKey":"call.completed","status":"(sending|queued|failed)"/)
  })

  test.each(blocks.filter(({ language }) => language === 'ts'))(
    'in TypeScript run ($page, line $line)',
    ({ page, line, text }) => {
      const file = join(folder, `${page.replaceAll(/\W/g, '-')}-${line}.mts`)
      writeFileSync(file, atTheProcess(text))
      const ended = run(process.execPath, [file])
      expect(ended.stderr).toBe('')
      expect(ended.status).toBe(0)
    },
  )

  test('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = blocks.flatMap(({ text }) =>
      [...text.matchAll(/^npm (?:run )?(\w[\w:]*)/gm)].map((match) => match[1] ?? ''),
    )
    const ofNpm = ['install']
    for (const name of named.filter((name) => !ofNpm.includes(name))) expect(Object.keys(scripts)).toContain(name)
  })

  test.each(pages)('of $page link only to files that exist', ({ page, markdown }) => {
    const links = [...markdown.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '')
    const missing = links.filter((link) => spawnSync('test', ['-e', join(root, dirname(page), link)]).status !== 0)
    expect(missing).toEqual([])
  })
})
