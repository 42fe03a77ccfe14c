// Owns running many episodes at once, each of the processes one after another, and which failure is told: the first one asked for.
// Must never begin another episode after a failure.
import type { EpisodeResult } from './episode.ts'

export interface Asked {
  readonly seed: string
  readonly steps: number
}

export type RunEpisode = (asked: Asked) => Promise<EpisodeResult>

/**
 * @param runners each runs one episode at a time
 * @returns the first failure, in the order in which episodes were asked for; undefined: all are clean
 */
export async function runEpisodes(
  episodes: Iterable<Asked>,
  runners: readonly RunEpisode[],
  onEnd: (result: EpisodeResult) => void,
): Promise<EpisodeResult | undefined> {
  const failures = new Map<number, EpisodeResult>()
  const numbered = number(episodes)
  const work = async (run: RunEpisode) => {
    for (const [nth, asked] of numbered) {
      const result = await run(asked)
      onEnd(result)
      if (result.violation !== undefined) failures.set(nth, result)
      if (failures.size > 0) return
    }
  }
  await Promise.all(runners.map(work))
  return failures.get(Math.min(...failures.keys()))
}

/** One iterator for all who take from it. Nobody's return ends it for the others. */
function number(episodes: Iterable<Asked>): Iterable<[number, Asked]> {
  const iterator = episodes[Symbol.iterator]()
  let count = 0
  const next = (): IteratorResult<[number, Asked]> => {
    const { done, value } = iterator.next()
    return done === true ? { done, value: undefined } : { done: false, value: [count++, value] }
  }
  return { [Symbol.iterator]: () => ({ next }) }
}
