// Owns `npm run sdk:pack`: the SDK as the file that `npm install` takes, in the root and where a running server hands it out.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
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

/**
 * Packs it for the server; the name that npm gave the file. Renamed when it is whole, because a server may read it now, and
 * another start may pack it too.
 */
async function packForServer(): Promise<string> {
  const beside = mkdtempSync(`${OF_THE_SERVER}-`)
  try {
    const file = await packSdk(beside)
    renameSync(file, OF_THE_SERVER)
    return basename(file)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const name = await packForServer()
  if (!process.argv.includes('--for-server')) {
    const file = join(ROOT, name)
    copyFileSync(OF_THE_SERVER, file)
    console.error(`The SDK is packed. In a project of yours:\n\n  npm install ${file}\n`)
  }
}
