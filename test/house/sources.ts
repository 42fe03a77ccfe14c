// Owns which files the rules of the house are about.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Source {
  readonly file: string
  readonly text: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** All code of the repository, but what is generated. */
export const sources: readonly Source[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\.(tsx?|mjs)$/.test(file) && !file.includes('.generated.') && existsSync(join(root, file)))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

/** With the helpers of tests that lie beside it. */
export const shipped = sources.filter(
  ({ file }) => /^(contract|server|sdk|mcp|cli|dashboard)\/src\//.test(file) && !/\.test\.ts$/.test(file),
)
