// Owns making the folder that the image would hold at /app, without a container engine: what the Dockerfile copies, as far
// as .dockerignore lets it, and the production packages of the lock file, taken from the installed ones.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, matchesGlob } from 'node:path'
import type { Dockerfile } from './dockerfile.ts'

interface LockedPackage {
  readonly dev?: boolean
  readonly link?: boolean
  readonly resolved?: string
}

/** @param root of the repository; @param app an existing empty folder */
export function unpackImage(root: string, { copies }: Dockerfile, app: string): void {
  const context = filesOfContext(root)
  for (const { from, sources, target } of copies) {
    if (from === 'dependencies') copyProductionPackages(root, join(app, target))
    else if (from === 'made') for (const source of sources) copyMade(root, source, join(app, target))
    else for (const source of sources) copySource(root, app, context, source, target)
  }
}

function copySource(root: string, app: string, context: readonly string[], source: string, target: string): void {
  const files = context.filter((file) => file === source || file.startsWith(`${source}/`))
  if (files.length === 0) throw new Error(`COPY ${source}: there is no such file in the context.`)
  for (const file of files) {
    const to = join(app, target, file === source ? basename(file) : file.slice(source.length + 1))
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(root, file), to)
  }
}

/** As Docker reads .dockerignore: the last pattern that matches a file, or a folder above it, decides. */
function filesOfContext(root: string): string[] {
  const patterns = readFileSync(join(root, '.dockerignore'), 'utf8').match(/^[^#\s].*$/gm) ?? []
  const isIgnored = (file: string) =>
    patterns.reduce((ignored, pattern) => {
      const glob = pattern.replace(/^!/, '')
      return foldersAbove(file).some((path) => matchesGlob(path, glob)) ? glob === pattern : ignored
    }, false)
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  return String(tracked)
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)) && !isIgnored(file))
}

function foldersAbove(file: string): string[] {
  const parts = file.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** By what is copied of the stage that makes things: the script of the Dockerfile that makes it. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  '/app/server/sdk.tgz': ['scripts/sdk-pack.ts', '--for-server'],
  '/app/server/dashboard': ['scripts/dashboard-build.ts'],
}

/** A file goes into the folder that is named, and a folder becomes it (COPY of a Dockerfile). */
function copyMade(root: string, source: string, target: string): void {
  const [script, ...options] = MAKERS[source] ?? []
  if (script === undefined) throw new Error(`COPY --from=made ${source}: it is not known here what makes it.`)
  execFileSync(process.execPath, [join(root, script), ...options])
  const made = join(root, source.replace('/app/', ''))
  cpSync(made, statSync(made).isDirectory() ? target : join(target, basename(made)), { recursive: true })
}

/** What `npm ci --omit=dev` leaves in node_modules at the root. */
function copyProductionPackages(root: string, target: string): void {
  const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  for (const [path, { dev, link, resolved = '' }] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') || dev === true || !existsSync(join(root, path))) continue
    const to = join(target, path.slice('node_modules/'.length))
    mkdirSync(dirname(to), { recursive: true })
    if (link === true) symlinkSync(`${'../'.repeat(path.split('/').length - 1)}${resolved}`, to)
    else cpSync(join(root, path), to, { recursive: true, filter: (file) => isNotNested(join(root, path), file) })
  }
}

/** Nested packages have a line of their own in the lock file. */
function isNotNested(folder: string, file: string): boolean {
  return !file.slice(folder.length).startsWith('/node_modules')
}
