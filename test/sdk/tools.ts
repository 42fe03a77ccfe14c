// Owns what a customer may have beside the SDK: versions of Node and TypeScript, bundlers, test runners and frameworks,
// each exactly one, installed once into a folder outside the repository.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** The oldest of each line that must work, and newer ones. 20.9 is from before `require` took ES modules. */
export const NODE_VERSIONS = ['18.20.8', '20.9.0', '20.20.2', '22.23.5', '24.22.3'] as const
/** What the tools run on: newer than some of them need. */
export const NODE_OF_TOOLS: (typeof NODE_VERSIONS)[number] = '24.22.3'
export const TYPESCRIPT_VERSIONS = ['5.4.5', '5.6.3', '5.9.3', devDependencies.typescript as string] as const

const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

const NODES = Object.fromEntries(NODE_VERSIONS.map((version) => [`node-${version}`, `npm:${NODE_PACKAGE}@${version}`]))

const PACKAGES: Readonly<Record<string, string>> = {
  ...NODES,
  ...Object.fromEntries(TYPESCRIPT_VERSIONS.map((version) => [`typescript-${version}`, `npm:typescript@${version}`])),
  '@types/node': '22.20.7',
  esbuild: devDependencies.esbuild,
  express: '5.3.0',
  fastify: '5.12.8',
  hono: '4.13.19',
  jest: '30.5.2',
  next: '16.4.6',
  react: '19.3.1',
  'react-dom': '19.3.1',
  vite: '8.4.0',
  vitest: devDependencies.vitest,
}

/** The folder of the tools; see `installed`. */
export function tools(): string {
  return installed('sdk', PACKAGES)
}

/** A folder with the versions of Node alone. */
export function nodes(): string {
  return installed('nodes', NODES)
}

/**
 * A folder outside the repository with packages in it, installed when it is not there; the npm registry is needed then.
 * @param packages versions by name
 */
export function installed(name: string, packages: Readonly<Record<string, string>>): string {
  const manifest = JSON.stringify({ name: 'tools', private: true, dependencies: packages }, null, 2)
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 16)
  const folder = join(tmpdir(), `timbre-${name}-tools-${hash}`)
  if (existsSync(folder)) return folder
  // Renamed when it is whole: an install that breaks off is begun anew.
  const unfinished = mkdtempSync(`${folder}-`)
  try {
    writeFileSync(join(unfinished, 'package.json'), manifest)
    npm(['install', '--ignore-scripts'], unfinished)
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error('The tools of customers could not be installed: can the npm registry be reached?', { cause: error })
  }
  return folder
}

/** The system's npm, as a customer has it. */
export function npm(args: readonly string[], cwd: string): void {
  const path = (process.env['PATH'] ?? '').split(':').filter((part) => !part.includes('node_modules'))
  const env = { ...process.env, PATH: path.join(':'), NPM_CONFIG_LOGLEVEL: 'error' }
  execFileSync('npm', [...args, '--no-audit', '--no-fund'], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** The program of a version of Node. */
export function nodeOf(folder: string, version: string): string {
  return join(folder, 'node_modules', `node-${version}`, 'bin', 'node')
}

/** Writes files, with the folders that they are in. @param files text by path inside the folder */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
