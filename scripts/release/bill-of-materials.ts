// Owns the bill of materials (SBOM) of a release: what the packages bring along, in the versions that the tests ran with.
// Must never name a folder of the machine that made it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** npm names the root by its folder too. Not `timbre`, which is a package of somebody else. */
const NAME = 'timbre-release'

/**
 * CycloneDX, as JSON, of packages that are installed together. The lock file of the repository says which versions: all
 * that a package leaves open is what it is in the tests. The same packages give the same text.
 * @param packages files of `npm pack`
 * @param time ISO 8601; of the commit, so that the text does not depend on when it is made
 */
export function billOfMaterials(packages: readonly string[], version: string, time: string): string {
  const scratch = mkdtempSync(join(tmpdir(), 'timbre-sbom-'))
  const folder = join(scratch, NAME)
  try {
    mkdirSync(folder)
    const dependencies = Object.fromEntries(packages.map((file) => [nameIn(file), `file:${basename(file)}`]))
    for (const file of packages) copyFileSync(file, join(folder, basename(file)))
    copyFileSync(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'))
    const manifest = { name: NAME, version, private: true, license: 'Apache-2.0', dependencies }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    npm(folder, ['install', '--package-lock-only', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'])
    const made = npm(folder, [
      ...['sbom', '--package-lock-only', '--omit=dev'],
      ...['--sbom-format=cyclonedx', '--sbom-type=application'],
    ])
    return withoutChance(made, folder, time)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Files are named as they lie in the release. A serial number is not asked for, and would be another each time. */
function withoutChance(made: string, folder: string, time: string): string {
  const { serialNumber: _, ...bill } = JSON.parse(made.replaceAll(`file:${folder}/`, ''))
  return `${JSON.stringify({ ...bill, metadata: { ...bill.metadata, timestamp: time } }, null, 2)}\n`
}

function nameIn(file: string): string {
  const text = execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' })
  return JSON.parse(text).name
}

function npm(cwd: string, args: readonly string[]): string {
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' } as const
  return execFileSync('npm', [...args, '--loglevel=error'], options)
}
