import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../support/timbre-process.ts'
import { codeBlocks } from './code-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const blocks = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8'))
const timbre = new TimbreProcess()
// Inside the repository, so that the SDK is found by its name as in a customer's project.
const folder = mkdtempSync(join(root, 'node_modules', '.readme-'))

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

describe('the code blocks of the README', () => {
  test('with curl run as they stand and show the delivery', () => {
    const [curl] = blocks.filter(({ language }) => language === 'bash')
    const ended = run('bash', ['-euo', 'pipefail', '-c', atTheProcess(curl?.text ?? 'exit 9')])
    expect(ended.stderr).toBe('')
    expect(ended.status).toBe(0)
    expect(ended.stdout).toContain('"deliveryCount":1')
    expect(ended.stdout).toMatch(/"eventKey":"call.completed","status":"(sending|queued|failed)"/)
  })

  test.each(blocks.filter(({ language }) => language === 'ts').map((block) => [block.line, block.text]))(
    'in TypeScript run (line %i)',
    (line, text) => {
      const file = join(folder, `line-${line}.mts`)
      writeFileSync(file, atTheProcess(String(text)))
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
    for (const name of named) expect(Object.keys(scripts)).toContain(name)
  })

  test('link only to files that exist', () => {
    const markdown = readFileSync(join(root, 'README.md'), 'utf8')
    const links = [...markdown.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '')
    const missing = links.filter((link) => spawnSync('test', ['-e', join(root, link)]).status !== 0)
    expect(missing).toEqual([])
  })
})
