// Owns `npm run sdk:pack`: the SDK as the file that `npm install` takes, in the root and where a running server hands it out.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSdk } from './build-sdk.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What GET /sdk.tgz answers with (server/src/platform/sdk-package.ts). */
const OF_THE_SERVER = join(ROOT, 'server', 'sdk.tgz')

/** Builds and packs the SDK into a folder; its file's path. */
export async function packSdk(into: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'timbre-sdk-'))
  try {
    await buildSdk(folder)
    const isWindows = process.platform === 'win32'
    const args = ['pack', '--json', '--loglevel=error', '--pack-destination', into]
    const [packed] = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8', shell: isWindows }))
    return join(into, packed.filename)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const isForServer = process.argv.includes('--for-server')
  const file = await packSdk(isForServer ? dirname(OF_THE_SERVER) : ROOT)
  // Renamed, so that a server that reads it now does not read half of it.
  const whole = `${OF_THE_SERVER}.new`
  if (isForServer) renameSync(file, whole)
  else copyFileSync(file, whole)
  renameSync(whole, OF_THE_SERVER)
  if (!isForServer) console.error(`The SDK is packed. In a project of yours:\n\n  npm install ${file}\n`)
}
