// Owns what a figure is worth nothing without: the machine, the versions, the commit.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'

export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGiB: number
  readonly system: string
  /** Of the minute before the run. */
  readonly loadBefore: number
}

export interface Versions {
  readonly node: string
  readonly undici: string
  readonly sqlite: string
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export function machine(): Machine {
  const all = cpus()
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

export function versions(): Versions {
  const file = createRequire(import.meta.url).resolve('undici/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string } // every package has one
  return { node: process.versions.node, undici: version, sqlite: process.versions['sqlite'] ?? 'unknown' }
}

export function commitOf(): string {
  return git('rev-parse', '--short=12', 'HEAD')
}

/** Without the results themselves, which every run changes. */
export function isTreeDirty(): boolean {
  return (
    git(
      'status',
      '--porcelain',
      '--untracked-files=no',
      '--',
      '.',
      ':!bench/results.json',
      ':!bench/results-postgres.json',
    ) !== ''
  )
}

function git(...command: readonly string[]): string {
  return execFileSync('git', [...command], { cwd: ROOT, encoding: 'utf8' }).trim()
}
