// Owns the dashboard's build: the files that the server hands out, each compressed once, and the list of them
// (server/src/platform/dashboard-files.ts). Must never leave a half-built folder where a server reads.
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build } from 'vite'
import { SCREENS } from '../dashboard/src/screens.ts'
import type { DashboardFile, DashboardList } from '../server/src/platform/dashboard-files.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'dashboard')
const OF_THE_SERVER = join(ROOT, 'server', 'dashboard')
const BUILT_FROM = join(OF_THE_SERVER, 'built-from')
/** What is smaller fits into a packet or two as it is. */
const COMPRESSED_BYTES_MIN = 1024

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const compressors = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
}

/** Builds it into a folder. @param builtFrom names the sources; kept beside the list */
export async function buildDashboard(folder: string, builtFrom: string): Promise<void> {
  // Of whoever calls it, such as a test, it would decide which React is bundled.
  process.env['NODE_ENV'] = 'production'
  await build({
    root: SOURCE,
    configFile: join(SOURCE, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })
  const names = globSync('**/*.{html,js,css,svg}', { cwd: folder }).sort()
  const files = await Promise.all(names.map(async (name) => [pathOf(name), await compressed(folder, name)] as const))
  const list: DashboardList = { screens: SCREENS, files: Object.fromEntries(files) }
  writeFileSync(join(folder, 'built-from'), builtFrom)
  writeFileSync(join(folder, 'list.json'), JSON.stringify(list, null, 1))
}

function pathOf(name: string): string {
  return name === 'index.html' ? '/' : `/${name}`
}

async function compressed(folder: string, name: string): Promise<DashboardFile> {
  const type = TYPES[extname(name)]
  if (type === undefined) throw new Error(`${name}: no content type is known for it`)
  const bytes = readFileSync(join(folder, name))
  if (bytes.length < COMPRESSED_BYTES_MIN) return { type, names: { identity: name } }
  const made = { br: `${name}.br`, gzip: `${name}.gz` }
  for (const coding of ['br', 'gzip'] as const) {
    writeFileSync(join(folder, made[coding]), await compressors[coding](bytes))
  }
  return { type, names: { identity: name, ...made } }
}

/** Beside the old one, and renamed when it is whole: another start may build it too. */
async function buildForServer(builtFrom: string): Promise<void> {
  mkdirSync(dirname(OF_THE_SERVER), { recursive: true })
  const beside = mkdtempSync(`${OF_THE_SERVER}-`)
  const [built, old] = [join(beside, 'built'), join(beside, 'old')]
  try {
    await buildDashboard(built, builtFrom)
    // In the image another user reads it.
    chmodSync(built, 0o755)
    takeAway(old)
    renameSync(built, OF_THE_SERVER)
  } catch (error) {
    // Another start that built the same was first: its folder is as good.
    if (!existsSync(BUILT_FROM) || readFileSync(BUILT_FROM, 'utf8') !== builtFrom) throw error
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

/** Not deleted where it is: what another start puts in its place meanwhile would be deleted with it. */
function takeAway(to: string): void {
  try {
    renameSync(OF_THE_SERVER, to)
  } catch (error) {
    if (existsSync(OF_THE_SERVER)) throw error
  }
}

if (import.meta.main) await buildForServer(process.argv[2] ?? '')
