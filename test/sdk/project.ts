// Owns empty projects of customers with the SDK in them, as a running Timbre hands it out, and what is run there.
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TimbreProcess } from '../support/timbre-process.ts'
import { npm, tools, writeFiles } from './tools.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Projects {
  /** Where the tools are; see `tools`. */
  readonly tools: string
  /** An empty project with the SDK and these files; it sees the tools, because it is below them. */
  make(files: Readonly<Record<string, string>>): string
  /** Removes all of them. */
  remove(): void
}

/** Installs the SDK from a server into one project, of which all others are copies. */
export async function projects(): Promise<Projects> {
  const folder = tools()
  mkdirSync(join(folder, 'projects'), { recursive: true })
  const home = mkdtempSync(join(folder, 'projects', 'run-'))
  const first = join(home, 'first')
  writeFiles(first, { 'package.json': '{ "name": "customer", "private": true }' })
  const remove = () => rmSync(home, { recursive: true, force: true })
  try {
    await installFromServer(first)
  } catch (error) {
    remove()
    throw error
  }
  let made = 0
  return {
    tools: folder,
    make: (files) => {
      const project = join(home, `project-${++made}`)
      cpSync(first, project, { recursive: true })
      writeFiles(project, files)
      return project
    },
    remove,
  }
}

async function installFromServer(project: string): Promise<void> {
  execFileSync(process.execPath, [join(ROOT, 'scripts/sdk-pack.ts'), '--for-server'])
  const timbre = new TimbreProcess()
  try {
    await timbre.start()
    npm(['install', `${timbre.address}/sdk.tgz`], project)
  } finally {
    await timbre.destroy()
  }
}

/** What a program prints. @throws with what it printed when it fails */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NEXT_TELEMETRY_DISABLED: '1', ...SECRET_ENV }
  const ended = promisify(execFile)(program, args, { cwd, env, timeout: 110_000, maxBuffer: 8 * 1024 * 1024 })
  return ended.then(
    ({ stdout }) => stdout,
    ({ message, stdout, stderr }) => {
      throw new Error(`${message}\n${stdout}\n${stderr}`)
    },
  )
}

export const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'
const SECRET_ENV = { WEBHOOK_SECRET: SECRET }
