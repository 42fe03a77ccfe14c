// Owns `npm run sim`: runs of the simulator from the command line.
//   --seed N      where to begin (default: drawn now)
//   --steps M     steps in all; more than 2,000 are split into episodes, each with a seed and faults of its own
//   --seeds K     K fresh seeds of --steps each
//   --minutes T   fresh seeds until the time is up
//   --trace       print everything that happens
//   --write       leave the figures for docs/operate/reliability.md
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type EpisodeResult, runEpisode } from './episode.ts'

const EPISODE_STEPS_MAX = 2000
const FRESH_STEPS = 1000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string' },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    trace: { type: 'boolean' },
    write: { type: 'boolean' },
  },
})

const startedAt = Date.now()
const total = { episodes: 0, steps: 0, events: 0, requests: 0, crashes: 0, simulatedHours: 0 }

async function main(): Promise<boolean> {
  const steps = values.steps === undefined ? FRESH_STEPS : Number(values.steps)
  if (values.minutes !== undefined) {
    const until = startedAt + Number(values.minutes) * 60_000
    while (Date.now() < until) if (!(await run(freshSeed(), FRESH_STEPS))) return false
    return true
  }
  if (values.seeds !== undefined) {
    for (let index = 0; index < Number(values.seeds); index++) if (!(await run(freshSeed(), steps))) return false
    return true
  }
  return run(values.seed ?? freshSeed(), steps)
}

function freshSeed(): string {
  return String(randomInt(2 ** 32))
}

/** The first episode has the seed itself, so that a failing one is reproduced by its own seed. */
async function run(seed: string, steps: number): Promise<boolean> {
  for (let done = 0, index = 0; done < steps; done += EPISODE_STEPS_MAX, index++) {
    const episodeSeed = index === 0 ? seed : `${seed}.${index}`
    const onLine = values.trace === true ? (line: string) => console.log(line) : undefined
    const episodeSteps = Math.min(steps - done, EPISODE_STEPS_MAX)
    const result = await runEpisode({ seed: episodeSeed, steps: episodeSteps, onLine })
    count(result)
    if (result.violation === undefined) continue
    report(result, episodeSteps)
    return false
  }
  return true
}

function count({ steps, events, requests, crashes, simulatedHours }: EpisodeResult): void {
  total.episodes++
  total.steps += steps
  total.events += events
  total.requests += requests
  total.crashes += crashes
  total.simulatedHours += simulatedHours
}

function report({ seed, violation, lastLines }: EpisodeResult, steps: number): void {
  console.log(lastLines.join('\n'))
  console.log(`\nFAILED: ${violation}\nAgain: npm run sim -- --seed ${seed} --steps ${steps}`)
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

const isClean = await main()
if (isClean && values.write === true) writeFigures()
const seconds = (Date.now() - startedAt) / 1000
const { episodes, steps, events, requests, crashes, simulatedHours } = total
console.log(
  `${isClean ? 'clean' : 'FAILED'}: ${episodes} episodes, ${steps} steps, ${events} events, ${requests} requests, ` +
    `${crashes} crashes, ${Math.round(simulatedHours)} simulated hours in ${seconds.toFixed(1)} s`,
)
process.exitCode = isClean ? 0 : 1
