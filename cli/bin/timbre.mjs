#!/usr/bin/env node
// Starts the command line on a Node that can run it. Plain JavaScript for the system's Node (18 or newer): where that
// is older than 24, the pinned one of node_modules takes over.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCompileCache } from './compile-cache.mjs'

const NODE_MIN = 24

if (Number(process.versions.node.split('.')[0]) >= NODE_MIN) {
  startCompileCache()
  await import('../src/main.ts')
} else runOnPinnedNode()

function runOnPinnedNode() {
  const folder = dirname(fileURLToPath(import.meta.url))
  const node = pinnedNode(folder)
  if (node === undefined) {
    const install = folder.includes('node_modules') ? 'npm install node@26' : 'npm ci'
    console.error(
      `Timbre needs Node ${NODE_MIN} or newer, and this is ${process.versions.node}. Install a newer one, or run "${install}" in the folder of Timbre, which brings one along.`,
    )
    process.exit(1)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function pinnedNode(folder) {
  const node = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (existsSync(node)) return node
  const above = dirname(folder)
  return above === folder ? undefined : pinnedNode(above)
}
