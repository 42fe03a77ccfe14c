// Owns giving the next version to everything that says one. Must never commit: the changelog is read by somebody first.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OUR_NAME = '(?:@timbre/[a-z]+|@getsupervisor/agents-studio-sdk|version)'

/** Where a version of ours is written, and what stands before it. docs/reference and the lock file are made anew from these. */
export const PLACES: Readonly<Record<string, RegExp>> = {
  'contract/package.json': new RegExp(`"${OUR_NAME}": "`),
  'sdk/package.json': new RegExp(`"${OUR_NAME}": "`),
  'mcp/package.json': new RegExp(`"${OUR_NAME}": "`),
  'server/package.json': new RegExp(`"${OUR_NAME}": "`),
  'cli/package.json': new RegExp(`"${OUR_NAME}": "`),
  'deploy/helm/timbre/Chart.yaml': /(?<=^|\n)(?:version|appVersion): /,
  'compose.yaml': /image: timbre:/,
  'docs/operate/deploy.md': /timbre:/,
}

const VERSION = String.raw`\d+\.\d+\.\d+`

/** The versions that a text of one of the places says. */
export function versionsIn(text: string, before: RegExp): readonly string[] {
  return [...text.matchAll(new RegExp(`(?<=${before.source})${VERSION}`, 'g'))].map(([version]) => version)
}

/** @param date YYYY-MM-DD @throws Error when the text is no version */
export function prepareVersion(root: string, version: string, date: string): void {
  if (!new RegExp(`^${VERSION}$`).test(version))
    throw new Error(`${version} is no version: it is three numbers, such as 0.2.0.`)
  for (const [file, before] of Object.entries(PLACES)) {
    change(root, file, (text) => text.replaceAll(new RegExp(`(?<=${before.source})${VERSION}`, 'g'), version))
  }
  change(root, 'CHANGELOG.md', (text) => text.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} - ${date}`))
}

function change(root: string, file: string, how: (text: string) => string): void {
  const path = join(root, file)
  writeFileSync(path, how(readFileSync(path, 'utf8')))
}
