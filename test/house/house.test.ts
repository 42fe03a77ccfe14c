// Rules of the house that no linter knows. A prose-only rule is a broken rule.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|mjs)$/.test(file) && !file.includes('.generated.'))
const sources = tracked.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
const shipped = sources.filter(
  ({ file }) => /^(contract|server|sdk|cli)\/src\//.test(file) && !/\.test\.ts$/.test(file),
)

function offenders(files: typeof sources, isFine: (text: string, file: string) => boolean): string[] {
  return files.filter(({ file, text }) => !isFine(text, file)).map(({ file }) => file)
}

describe('the house', () => {
  test('has no file over 400 lines', () => {
    expect(offenders(sources, (text) => text.split('\n').length <= 401)).toEqual([])
  })

  test('has a median file of at most 80 lines', () => {
    const lengths = shipped.map(({ text }) => text.split('\n').length).sort((a, b) => a - b)
    expect(lengths[lengths.length >> 1]).toBeLessThanOrEqual(80)
  })

  test('says at the top of every file what it owns', () => {
    expect(offenders(shipped, (text) => /^(#!.*\n)?\/\/ Owns /.test(text))).toEqual([])
  })

  test('has no drawer for everything', () => {
    expect(tracked.filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager|types)\.ts$/.test(file))).toEqual([])
  })

  test('reads clocks, chance and the environment in few places', () => {
    const world = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bset(Timeout|Interval)\(|\bprocess\.env\b/
    const mayTouch = /^server\/src\/(platform\/|config\.ts|main\.ts|storage\/(sqlite|conformance))|^sdk\/src\//
    expect(
      offenders(shipped, (text, file) => mayTouch.test(file) || !world.test(text.replace(/\/\/.*$/gm, ''))),
    ).toEqual([])
  })

  test('leaves nothing for later in the code', () => {
    const later = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|X{3})\\b`)
    expect(offenders(sources, (text) => !later.test(text))).toEqual([])
  })

  test('skips no test', () => {
    const skip = /\b(?:test|it|describe)\.(?:skip|only|todo)\b/
    expect(
      offenders(
        sources.filter(({ file }) => !file.startsWith('test/house/')),
        (text) => !skip.test(text),
      ),
    ).toEqual([])
  })
})
