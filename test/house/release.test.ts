// What a release says about itself is true: one version everywhere, and a ⚠ block for each migration that needs care.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { careBlocks, readChangelog } from '../../scripts/release/changelog.ts'
import { RELEASE_VERSION } from '../../scripts/release/pack-packages.ts'
import { PLACES, versionsIn } from '../../scripts/release/prepare-version.ts'
import { MIGRATIONS as ON_POSTGRES } from '../../server/src/storage/postgres/schema/migrations.ts'
import { MIGRATIONS as ON_SQLITE } from '../../server/src/storage/sqlite/schema/migrations.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const versions = readChangelog(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))
const released = versions.filter(({ version }) => version !== undefined)
const blocks = versions.flatMap(({ text }) => careBlocks(text))

/** `sqlite/0005-numbers` of the fifth one. */
const filesOf = (backend: string, migrations: readonly { readonly version: number }[]) =>
  migrations.flatMap(({ version }) => {
    const folder = join(root, 'server/src/storage', backend, 'schema/migrations')
    const files = globSync(`${String(version).padStart(4, '0')}-*.ts`, { cwd: folder })
    return files.filter((file) => !file.endsWith('.test.ts')).map((file) => `${backend}/${file.replace('.ts', '')}`)
  })

describe('a release', () => {
  test.each(Object.entries(PLACES))('has its version in %s', (file, before) => {
    const found = versionsIn(readFileSync(join(root, file), 'utf8'), before)
    expect(found.length).toBeGreaterThan(0)
    expect([...new Set(found)]).toEqual([RELEASE_VERSION])
  })

  test('has a changelog with what waits first, then the newest version, which is that of the packages', () => {
    expect(versions[0]?.version).toBeUndefined()
    expect(released).toHaveLength(versions.length - 1)
    expect(released[0]?.version).toBe(RELEASE_VERSION)
    expect(released.filter(({ date }) => date === undefined || Number.isNaN(Date.parse(date)))).toEqual([])
    const numbers = released.map(({ version = '' }) =>
      version
        .split('.')
        .map((part) => part.padStart(6, '0'))
        .join('.'),
    )
    expect(numbers).toEqual([...new Set(numbers)].sort().reverse())
    const dates = released.map(({ date }) => date)
    expect(dates).toEqual([...dates].sort().reverse())
  })

  test('warns of every migration that needs care, once, and of no other', () => {
    const careful = [
      ...filesOf(
        'sqlite',
        ON_SQLITE.filter(({ needsCare }) => needsCare),
      ),
      ...filesOf(
        'postgres',
        ON_POSTGRES.filter(({ needsCare }) => needsCare),
      ),
    ]
    expect(blocks.map(({ migration }) => migration).sort()).toEqual(careful.sort())
  })

  test.each(blocks)('says of $migration how long it takes and what to do before', ({ text, migration }) => {
    expect(text).toContain(`**Migration ${Number(/\d+/.exec(migration)?.[0])} of`)
    expect(text).toMatch(/^Takes: \S/m)
    expect(text).toMatch(/^Before: \S/m)
  })

  test('takes care of each migration that wants all nodes stopped or builds an index on large tables', () => {
    const demanding = ON_POSTGRES.filter(
      (one) => one.version > 1 && (one.compatibleFrom === one.version || 'index' in one),
    )
    expect(demanding.filter(({ needsCare }) => !needsCare)).toEqual([])
  })
})
