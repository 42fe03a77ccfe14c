import { expect, test } from 'vitest'
import type { EpisodeResult } from './episode.ts'
import { type Asked, type RunEpisode, runEpisodes } from './run-episodes.ts'

const seeds = (...names: readonly string[]): Asked[] => names.map((seed) => ({ seed, steps: 10 }))

/** Only what is looked at. */
const resultOf = (seed: string, violation?: string) => ({ seed, violation }) as EpisodeResult

test('what was asked for first is told, although another failed sooner, and nothing is begun after a failure', async () => {
  const begun: string[] = []
  const failSecond = Promise.withResolvers<void>()
  const run: RunEpisode = async ({ seed }) => {
    begun.push(seed)
    if (seed === '1') await failSecond.promise
    if (seed === '2') failSecond.resolve()
    return resultOf(seed, 'broken')
  }
  const ended: string[] = []
  const failure = await runEpisodes(seeds('1', '2', '3'), [run, run], ({ seed }) => ended.push(seed))
  expect(failure?.seed).toBe('1')
  expect(begun).toEqual(['1', '2'])
  expect(ended).toEqual(['2', '1'])
})

test('each is run once, by whoever has time', async () => {
  const ended: string[] = []
  const run: RunEpisode = async ({ seed }) => resultOf(seed)
  const failure = await runEpisodes(seeds('1', '2', '3', '4', '5'), [run, run], ({ seed }) => ended.push(seed))
  expect(failure).toBeUndefined()
  expect(ended.sort()).toEqual(['1', '2', '3', '4', '5'])
})
