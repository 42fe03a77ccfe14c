// Owns the benchmarks as one run: `npm run bench` measures everything, prints one table and writes bench/results.json.
// `--only throughput,latency`, `--rounds 1`, `--quick`. `--postgres`: the hot path on PostgreSQL, into a file of its own.
// Ends with 1 when a budget is missed. Load goes to 127.0.0.1 only.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure as backlog } from './backlog.ts'
import { measure as cost } from './cost.ts'
import { measure as failing, measureOnPostgres as failingOnPostgres } from './failing.ts'
import { measure as hostile } from './hostile.ts'
import { measure as idle } from './idle.ts'
import { measure as isolation } from './isolation.ts'
import { measure as latency } from './latency.ts'
import { commitOf, isTreeDirty, machine, versions } from './machine.ts'
import { type BenchOptions, isWithinBudget, type Measure, type Measurement } from './measurement.ts'
import { measure as memory } from './memory.ts'
import { measure as overload } from './overload.ts'
import { measure as postgres } from './postgres.ts'
import { measure as pruning } from './pruning.ts'
import { measure as publish } from './publish.ts'
import { type Results, writeResults } from './results.ts'
import { ROUNDS_DEFAULT } from './run-alone.ts'
import { measure as sources } from './sources.ts'
import { measure as startup } from './startup.ts'
import { measure as stats, measureOnPostgres as statsOnPostgres } from './stats.ts'
import { measure as stream } from './stream.ts'
import { tableOf } from './table.ts'
import { measure as throughput } from './throughput.ts'

const RESULTS = new URL('./results.json', import.meta.url)
const RESULTS_POSTGRES = new URL('./results-postgres.json', import.meta.url)

/** In the order in which they run. */
const MEASURES: Readonly<Record<string, Measure>> = {
  startup,
  idle,
  throughput,
  latency,
  isolation,
  hostile,
  publish,
  memory,
  cost,
  pruning,
  backlog,
  failing,
  overload,
  sources,
  stream,
  stats,
}
const MEASURES_POSTGRES: typeof MEASURES = { postgres, failing: failingOnPostgres, stats: statsOnPostgres }
/** Ten million rows take longer to be made than all others take to be measured: `--only stats`. */
const ONLY_BY_NAME: ReadonlySet<string> = new Set(['stats'])

const { values: given } = parseArgs({
  options: {
    only: { type: 'string' },
    postgres: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const measures: typeof MEASURES = given.postgres ? MEASURES_POSTGRES : MEASURES
const names = given.only?.split(',') ?? Object.keys(measures).filter((name) => !ONLY_BY_NAME.has(name))
const startedAt = new Date()
const about = { machine: machine(), versions: versions(), commit: commitOf(), isTreeDirty: isTreeDirty() }
const options: BenchOptions = {
  quick: given.quick,
  rounds: Number(given.rounds ?? (given.quick ? 1 : ROUNDS_DEFAULT)),
  log: (line) => console.log(`${elapsed()} ${line}`),
}

const measurements: Measurement[] = []
const broken: string[] = []
for (const name of names) {
  const measure = measures[name]
  if (measure === undefined) throw new Error(`There is no ${name}. There are ${Object.keys(measures).join(', ')}.`)
  options.log(`${name} …`)
  try {
    measurements.push(...(await measure(options)))
  } catch (error) {
    // The other numbers are still worth having; the run fails at its end.
    console.error(error)
    broken.push(name)
  }
}
const results: Results = {
  ...about,
  startedAt: startedAt.toISOString(),
  seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
  quick: options.quick,
  rounds: options.rounds,
  measurements,
}
// A part of the numbers is shown, and not kept: the file says what one whole run gave.
if (given.only === undefined && broken.length === 0) {
  writeResults(fileURLToPath(given.postgres ? RESULTS_POSTGRES : RESULTS), results)
}
console.log(`\n${tableOf(measurements)}`)
const missed = measurements.filter((measurement) => isWithinBudget(measurement) === false)
if (missed.length > 0) console.log(`\nMissed budgets: ${missed.map(({ name }) => name).join(' · ')}`)
if (broken.length > 0) console.log(`\nCould not be measured, and the results are not kept: ${broken.join(', ')}`)
if (missed.length + broken.length > 0) process.exitCode = 1

function elapsed(): string {
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000)
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`
}
