#!/usr/bin/env node
// Fills the compile cache: starts the server once, on a scratch directory and a free port, and stops it; then `timbre mcp`, for what the
// server loads when the first agent comes. Run it where Timbre is installed, as the user who will run it and with the flags of the start
// (the cache belongs to one version of Node, one user, one set of flags).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MS_MAX = 60_000

const dataDir = mkdtempSync(join(tmpdir(), 'timbre-warm-'))
const server = ['start', { TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: '0', TIMBRE_LOG_LEVEL: 'warn' }]
// Its client is gone when it begins, and it calls nobody.
const agent = ['mcp', { HOME: dataDir, TIMBRE_BASE_URL: 'http://127.0.0.1:1', TIMBRE_API_KEY: 'none' }]
try {
  for (const [command, settings] of [server, agent]) {
    const { code, output } = await run(command, settings)
    if (code === 0) continue
    console.error(`timbre ${command} did not start and stop:\n${output}`)
    process.exitCode = code ?? 1
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

async function run(command, settings) {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'timbre.mjs'), command], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), MS_MAX)
  let output = ''
  let isTold = false
  child.stdout.on('data', (chunk) => {
    output += chunk
    if (isTold || !output.includes('Timbre serves on')) return
    isTold = true
    child.kill('SIGTERM')
  })
  const [code] = await once(child, 'exit')
  clearTimeout(timer)
  return { code, output }
}
