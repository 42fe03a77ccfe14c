// Owns when a release may be made, and its tag. Must never push or publish: that is for whoever makes the release.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readChangelog } from './changelog.ts'

/** The branch that releases are made of. */
const BRANCH = 'main'

export const tagOf = (version: string) => `v${version}`

/**
 * Why this version is not released as it lies here: sentences for whoever makes the release; none: it may be.
 * @param root the folder of the repository
 */
export function refusals(root: string, version: string): readonly string[] {
  return [
    ...ofTheRepository(root, version),
    ...ofTheChangelog(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version),
  ]
}

function ofTheRepository(root: string, version: string): readonly string[] {
  const branch = git(root, 'branch', '--show-current')
  const changed = git(root, 'status', '--porcelain').split('\n').filter(Boolean)
  const tag = git(root, 'tag', '--list', tagOf(version))
  return [
    ...(branch === BRANCH
      ? []
      : [`${branch === '' ? 'No branch is checked out' : `The branch is ${branch}`}: a release is made of ${BRANCH}.`]),
    ...(changed.length === 0
      ? []
      : [`The tree is not clean (${countOf(changed.length, 'file')}): commit or remove what git status shows.`]),
    ...(tag === '' ? [] : [`${tag} is tagged already: npm run release -- --prepare gives the next version.`]),
  ]
}

function ofTheChangelog(markdown: string, version: string): readonly string[] {
  const versions = readChangelog(markdown)
  const waiting = entriesOf(versions.find((one) => one.version === undefined)?.text)
  const newest = versions.find((one) => one.version !== undefined)
  return [
    ...(waiting === 0
      ? []
      : [
          `CHANGELOG.md has ${countOf(waiting, 'entry', 'entries')} under Unreleased: npm run release -- --prepare gives them a version.`,
        ]),
    ...(newest?.version === version
      ? []
      : [`The newest version of CHANGELOG.md is ${newest?.version}, that of the packages ${version}.`]),
    ...(newest?.date === undefined ? [`CHANGELOG.md says no date for ${newest?.version}.`] : []),
  ]
}

const countOf = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

const entriesOf = (text = '') => text.match(/^(?:-|> ⚠) /gm)?.length ?? 0

export function tagRelease(root: string, version: string): void {
  git(root, 'tag', '--annotate', tagOf(version), '--message', `Timbre ${version}`)
}

/** The commit that is checked out, for people, and its time in ISO 8601, UTC. */
export function commitOf(root: string): { readonly name: string; readonly time: string } {
  const [name = '', seconds] = git(root, 'log', '-1', '--format=%h %ct').split(' ')
  return { name, time: new Date(Number(seconds) * 1000).toISOString() }
}

function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
}
