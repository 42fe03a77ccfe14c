// Owns `npm run release`: the packages of this version with their bill of materials, checksums and notes, and its tag.
// Must never publish: it says how, once everything is there.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { billOfMaterials } from './release/bill-of-materials.ts'
import { readChangelog } from './release/changelog.ts'
import { commitOf, refusals, tagOf, tagRelease } from './release/checks.ts'
import { packPackages, RELEASE_VERSION } from './release/pack-packages.ts'
import { prepareVersion } from './release/prepare-version.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'dist', 'release')
const SUMS = 'SHA256SUMS'

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, prepare: { type: 'string' } } })
if (values.prepare !== undefined) prepare(values.prepare)
else await release(values['dry-run'] === true)

function prepare(version: string): void {
  prepareVersion(ROOT, version, new Date().toISOString().slice(0, 10))
  // The lock file names our packages too; the generated reference has the version of the API.
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'], { cwd: ROOT })
  execFileSync('npm', ['run', '--silent', 'reference'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  console.log(`Everything says ${version}. Read its part of CHANGELOG.md, then commit.`)
}

async function release(isDryRun: boolean): Promise<void> {
  const commit = commitOf(ROOT)
  console.log(`Timbre ${RELEASE_VERSION}, commit ${commit.name} of ${commit.time.slice(0, 10)}\n`)
  const reasons = refusals(ROOT, RELEASE_VERSION)
  if (reasons.length > 0) {
    console.log(`${isDryRun ? 'A release would be refused' : 'Not released'}:`)
    for (const reason of reasons) console.log(`  - ${reason}`)
    console.log('')
    if (!isDryRun) return process.exit(1)
  }
  const packages = await make(commit.time)
  show()
  if (isDryRun) return console.log('A dry run: nothing is tagged, nothing is published.')
  tagRelease(ROOT, RELEASE_VERSION)
  console.log(
    `Tagged ${tagOf(RELEASE_VERSION)}. To publish, in this order:\n\n  git push origin ${tagOf(RELEASE_VERSION)}`,
  )
  for (const file of packages) console.log(`  npm publish ./${relative(ROOT, file)}`)
}

/** Everything, into an empty folder; the packages in the order of publishing. */
async function make(time: string): Promise<readonly string[]> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const packages = await packPackages(FOLDER)
  write(`timbre-${RELEASE_VERSION}.cdx.json`, billOfMaterials(packages, RELEASE_VERSION, time))
  const version = readChangelog(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).find(
    (one) => one.version === RELEASE_VERSION,
  )
  if (version !== undefined)
    write(`timbre-${RELEASE_VERSION}-notes.md`, `# Timbre ${RELEASE_VERSION}\n\n${version.text}\n`)
  // As `sha256sum --check` reads it.
  write(
    SUMS,
    readdirSync(FOLDER)
      .map((name) => `${sumOf(name)}  ${name}\n`)
      .join(''),
  )
  return packages
}

function show(): void {
  const names = readdirSync(FOLDER)
  const widest = Math.max(...names.map((name) => name.length))
  console.log(`In ${relative(ROOT, FOLDER)}:\n`)
  console.log(`  ${'File'.padEnd(widest)}  ${'KiB'.padStart(6)}  SHA-256`)
  for (const name of names) {
    const kib = (readFileSync(join(FOLDER, name)).length / 1024).toFixed(1)
    console.log(`  ${basename(name).padEnd(widest)}  ${kib.padStart(6)}  ${sumOf(name)}`)
  }
  console.log('')
}

function write(name: string, text: string): void {
  writeFileSync(join(FOLDER, name), text)
}

function sumOf(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(FOLDER, name)))
    .digest('hex')
}
