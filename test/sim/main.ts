// Owns `npm run sim`: runs of the simulator from the command line.
//   --seed N      where to begin (default: drawn now)
//   --steps M     steps in all; more than 2,000 are split into episodes, each with a seed and faults of its own
//   --seeds K     K seeds of --steps each: N and those after it, or fresh ones
//   --minutes T   fresh seeds until the time is up
//   --jobs J      processes at once (default: as many as there are cores)
//   --trace       print everything that happens, in this process
//   --write       leave the figures for docs/operate/reliability.md
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type EpisodeResult, runEpisode } from './episode.ts'
import { EpisodeProcess } from './episode-process.ts'
import { type Asked, runEpisodes } from './run-episodes.ts'

const EPISODE_STEPS_MAX = 2000
const FRESH_STEPS = 1000
/** Between two lines that say how far it is. */
const LINE_MS = 10_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string' },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    jobs: { type: 'string' },
    trace: { type: 'boolean' },
    write: { type: 'boolean' },
  },
})

const startedAt = Date.now()
const stepsOfSeed = values.steps === undefined ? FRESH_STEPS : Number(values.steps)
/** undefined: as many as there is time for. */
const episodesMax =
  values.minutes === undefined ? Number(values.seeds ?? 1) * Math.ceil(stepsOfSeed / EPISODE_STEPS_MAX) : undefined
const total = { episodes: 0, steps: 0, events: 0, requests: 0, crashes: 0, simulatedHours: 0 }
let first: EpisodeResult | undefined
let lineAt = startedAt + LINE_MS

async function main(): Promise<boolean> {
  if (episodesMax === 1 || values.trace === true) return isClean(await runEpisodes(asked(), [runHere], count))
  const jobs = values.jobs === undefined ? availableParallelism() : Number(values.jobs)
  const processes = Array.from({ length: jobs }, () => new EpisodeProcess())
  try {
    const failure = await runEpisodes(
      asked(),
      processes.map(({ run }) => run),
      count,
    )
    return isClean(failure) && (await isSameAgain(processes.at(-1)))
  } finally {
    for (const process of processes) process.stop()
  }
}

function* asked(): Generator<Asked> {
  for (const seed of seeds()) {
    // The first episode has the seed itself, so that a failing one is reproduced by its own seed.
    for (let done = 0, index = 0; done < stepsOfSeed; done += EPISODE_STEPS_MAX, index++) {
      yield { seed: index === 0 ? seed : `${seed}.${index}`, steps: Math.min(stepsOfSeed - done, EPISODE_STEPS_MAX) }
    }
  }
}

function* seeds(): Generator<string> {
  const { seed, minutes } = values
  if (minutes !== undefined) {
    const until = startedAt + Number(minutes) * 60_000
    while (Date.now() < until) yield freshSeed()
    return
  }
  if (seed !== undefined) yield seed
  for (let index = seed === undefined ? 0 : 1; index < Number(values.seeds ?? 1); index++)
    yield seed === undefined ? freshSeed() : String(Number(seed) + index)
}

function freshSeed(): string {
  return String(randomInt(2 ** 32))
}

function runHere(episode: Asked): Promise<EpisodeResult> {
  return runEpisode({ ...episode, onLine: values.trace === true ? (line) => console.log(line) : undefined })
}

function count(result: EpisodeResult): void {
  first ??= result
  total.episodes++
  total.steps += result.steps
  total.events += result.events
  total.requests += result.requests
  total.crashes += result.crashes
  total.simulatedHours += result.simulatedHours
  if (Date.now() < lineAt) return
  lineAt = Date.now() + LINE_MS
  console.error(`${total.episodes} of ${episodesMax ?? 'any number of'} episodes, ${seconds()} s`)
}

function isClean(failure: EpisodeResult | undefined): boolean {
  if (failure === undefined) return true
  const { seed, violation, lastLines, stepsAsked } = failure
  console.log(lastLines.join('\n'))
  console.log(`\nFAILED: ${violation}\nAgain: npm run sim -- --seed ${seed} --steps ${stepsAsked}`)
  return false
}

/** After many others, by a process that may be another: nothing of one episode may be left for the next. */
async function isSameAgain(process: EpisodeProcess | undefined): Promise<boolean> {
  if (first === undefined || process === undefined) return true
  const { seed, stepsAsked, hash } = first
  const again = await process.run({ seed, steps: stepsAsked })
  if (again.hash === hash) return true
  console.log(`\nFAILED: seed ${seed} with ${stepsAsked} steps gave ${hash}, and ${again.hash} when it was run again`)
  return false
}

function seconds(): string {
  return ((Date.now() - startedAt) / 1000).toFixed(1)
}

/** Lost: a run ends at the first violation, so a clean one has lost nothing. */
function writeFigures(): void {
  const figures = {
    order: 2,
    test: 'Simulator',
    command: `npm run sim -- ${process.argv
      .slice(2)
      .filter((argument) => argument !== '--write')
      .join(' ')}`,
    faults: `${total.crashes} crashes; failed, slow and ambiguous commits; every network outcome; clock jumps; edits, deletions, rotations, replays, erasures under way, also at another node; pruning`,
    rounds: total.episodes,
    accepted: total.events,
    lost: 0,
    duplicates: null,
    machine: `${cpus().length} cores, Node ${process.version}`,
    date: new Date().toISOString().slice(0, 10),
  }
  const file = fileURLToPath(new URL('../../docs/operate/figures/simulator.json', import.meta.url))
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`)
}

const hasPassed = await main()
if (hasPassed && values.write === true) writeFigures()
const { episodes, steps, events, requests, crashes, simulatedHours } = total
console.log(
  `${hasPassed ? 'clean' : 'FAILED'}: ${episodes} episodes, ${steps} steps, ${events} events, ${requests} requests, ` +
    `${crashes} crashes, ${Math.round(simulatedHours)} simulated hours in ${seconds()} s`,
)
process.exitCode = hasPassed ? 0 : 1
