// Rules of the house that no linter knows. A prose-only rule is a broken rule.
import { describe, expect, test } from 'vitest'
import { type Source, shipped, sources } from './sources.ts'

function offenders(files: readonly Source[], isFine: (text: string, file: string) => boolean): string[] {
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
    expect(
      offenders(sources, (_, file) => !/(^|\/)(utils?|helpers?|common|misc|manager|types)\.ts$/.test(file)),
    ).toEqual([])
  })

  test('reads clocks, chance and the environment in few places', () => {
    const world =
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b|\bMath\.random\(|\bset(Timeout|Interval|Immediate)\(|\bprocess\.env\b/
    const mayTouch =
      /^server\/src\/(platform\/|(config|main|open-storage|serve)\.ts|storage\/conformance\/)|^sdk\/src\/|^cli\/src\/frame\/world\.ts$|^dashboard\/src\/browser\//
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
