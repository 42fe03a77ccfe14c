import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const PREPARE = fileURLToPath(new URL('../../scripts/prepare.mjs', import.meta.url))
/** Stands where npm is looked for: says that it was run, takes a while, and leaves a Node. */
const NPM = `#!/bin/sh
echo run >> runs
mkdir -p node_modules/.bin
sleep 0.5
ln -s "${process.execPath}" node_modules/.bin/node
`

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function freshClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'timbre-first-'))
  folders.push(folder)
  for (const name of ['scripts', 'bin']) mkdirSync(join(folder, name))
  copyFileSync(PREPARE, join(folder, 'scripts', 'prepare.mjs'))
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  writeFileSync(join(folder, 'bin', 'npm'), NPM)
  chmodSync(join(folder, 'bin', 'npm'), 0o755)
  return folder
}

async function prepare(folder: string): Promise<unknown> {
  const child = spawn(process.execPath, [join(folder, 'scripts', 'prepare.mjs')], {
    env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}/usr/bin${delimiter}/bin` },
    stdio: 'ignore',
  })
  const [code] = await once(child, 'exit')
  return code
}

const runs = (folder: string) => readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n').length

test('commands that begin together on a fresh clone install once', async () => {
  const folder = freshClone()
  expect(await Promise.all([prepare(folder), prepare(folder), prepare(folder)])).toEqual([0, 0, 0])
  expect(runs(folder)).toBe(1)
  expect(existsSync(join(folder, '.preparing'))).toBe(false)
})

test('an install that was killed does not keep the next from installing', async () => {
  const folder = freshClone()
  const killed = spawn(process.execPath, ['-e', ''])
  await once(killed, 'exit')
  writeFileSync(join(folder, '.preparing'), String(killed.pid))
  expect(await prepare(folder)).toBe(0)
  expect(runs(folder)).toBe(1)
})
