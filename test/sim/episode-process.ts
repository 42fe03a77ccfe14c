// Owns a process that runs episodes for `npm run sim`, one at a time, as long as whoever started it lives.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EpisodeResult } from './episode.ts'
import type { Asked } from './run-episodes.ts'

const WORKER = fileURLToPath(new URL('episode-worker.ts', import.meta.url))

/** Nearly everything that a run makes is short-lived. */
const FLAGS = ['--max-semi-space-size=32']

export class EpisodeProcess {
  readonly #child: ChildProcess = fork(WORKER, { execArgv: [...process.execArgv, ...FLAGS] })

  /** @throws Error when the process ends before the episode */
  readonly run = async (asked: Asked): Promise<EpisodeResult> => {
    const stopped = new AbortController()
    const { signal } = stopped
    const end = once(this.#child, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`The process of seed ${asked.seed} ended with ${code ?? by}.`)
    })
    const answer = once(this.#child, 'message', { signal }).then(([result]) => result as EpisodeResult) // by episode-worker.ts
    this.#child.send(asked)
    try {
      return await Promise.race([answer, end])
    } finally {
      stopped.abort()
      await Promise.allSettled([answer, end])
    }
  }

  stop(): void {
    this.#child.kill()
  }
}
