import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { atLength } from '../support/at-length.ts'
import { runEpisode } from './episode.ts'
import { catchMutant } from './mutants/catch-mutant.ts'
import { MUTANTS } from './mutants/mutants.ts'

const STEPS = 150
/** A few seeds take many seconds each: those are in the long form. */
const SEEDS = Array.from({ length: 20 }, (_, index) => String(index + 1)).slice(atLength(11, 0))
const BUGS = [
  'recorded before it was sent',
  'the order of a call is ignored',
  'a lane is not looked at when an attempt of it has ended',
  'a call ends with every message after its end',
  ...atLength([], ['no fence on a stale result']),
]

const sourceOf = (file: string) => readFileSync(new URL(`../../server/src/${file}`, import.meta.url), 'utf8')

async function expectClean(seed: string): Promise<void> {
  const { violation, lastLines } = await runEpisode({ seed, steps: STEPS })
  const again = `Again: npm run sim -- --seed ${seed} --steps ${STEPS} --trace`
  expect(violation, `${lastLines.join('\n')}\n${violation}\n${again}`).toBeUndefined()
}

describe('the engine on SQLite, in the simulator', () => {
  test.each(SEEDS)('keeps every guarantee under the faults of seed %s, and ends everything after them', (seed) =>
    expectClean(seed),
  )

  test.each(Array.from({ length: 5 }, () => String(randomInt(2 ** 32))))(
    'keeps every guarantee under the faults of the fresh seed %s',
    (seed) => expectClean(seed),
  )

  test('does the same again under the same seed', async () => {
    const [one, other] = [await runEpisode({ seed: '5', steps: STEPS }), await runEpisode({ seed: '5', steps: STEPS })]
    expect(other.hash).toBe(one.hash)
    expect((await runEpisode({ seed: '6', steps: STEPS })).hash).not.toBe(one.hash)
  })
})

describe('the simulator', () => {
  test.each(BUGS)('sees a planted bug: %s', async (name) => expect(await catchMutant(name, 20)).not.toBeNull())

  test('has no planted bug that does not fit its file any more', () => {
    const stale = MUTANTS.filter(({ file, find }) => sourceOf(file).split(find).length !== 2)
    expect(stale.map(({ name }) => name)).toEqual([])
  })

  test('has planted bugs of different names', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })
})
