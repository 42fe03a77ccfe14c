#!/usr/bin/env node
// Fills the compile cache: starts the server once, on a scratch directory and a free port, and stops it. Run it where Timbre is
// installed, as the user who will run it and with the flags of the start (the cache belongs to one version of Node, one user,
// one set of flags).
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MS_MAX = 60_000

const dataDir = mkdtempSync(join(tmpdir(), 'timbre-warm-'))
const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'timbre.mjs'), 'start'], {
  env: { PATH: process.env.PATH, TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: '0', TIMBRE_LOG_LEVEL: 'warn' },
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
child.on('exit', (code) => {
  clearTimeout(timer)
  rmSync(dataDir, { recursive: true, force: true })
  if (code !== 0) console.error(`The server did not start and stop:\n${output}`)
  process.exitCode = code ?? 1
})
