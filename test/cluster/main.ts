// Owns `npm run cluster -- --rounds 3 --scenario kill`: the cluster tests as long as wanted, and their figures for the
// reliability table.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { clusterRound, type RoundFigures } from './round.ts'
import { SCENARIOS } from './scenarios.ts'

const ROUNDS = Number(argument('--rounds') ?? 3)
const ONLY = argument('--scenario')
const FIGURES = fileURLToPath(new URL('../../docs/operate/figures/', import.meta.url))

let isGood = true
for (const [order, [name, scenario]] of Object.entries(SCENARIOS).entries()) {
  if (ONLY !== undefined && !ONLY.split(',').includes(name)) continue
  const rounds: RoundFigures[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const figures = await clusterRound(scenario, Math.random)
    rounds.push(figures)
    report(`${name} ${round}`, figures)
  }
  if (process.argv.includes('--write')) write(order, name, scenario.faults, rounds)
}
process.exit(isGood ? 0 : 1)

function report(title: string, figures: RoundFigures): void {
  const { unexplained, disorders, ...counts } = figures
  console.log(
    `${title}: ${JSON.stringify({ ...counts, unexplained: unexplained.length, disorders: disorders.length })}`,
  )
  for (const line of [...unexplained.slice(0, 5).map((each) => JSON.stringify(each)), ...disorders.slice(0, 5)])
    console.log(`  ${line}`)
  if (counts.lost + counts.wronglyRecorded + unexplained.length + disorders.length > 0) isGood = false
}

function write(order: number, name: string, faults: string, rounds: readonly RoundFigures[]): void {
  const sum = (of: (figures: RoundFigures) => number) => rounds.reduce((total, each) => total + of(each), 0)
  const fenced = sum((each) => each.fenced)
  const figures = {
    order: 10 + order,
    test: `Three nodes, PostgreSQL: ${name}`,
    command: `npm run cluster -- --scenario ${name} --rounds ${ROUNDS}`,
    faults: fenced === 0 ? faults : `${faults}; ${fenced} stale results were fenced off`,
    rounds: rounds.length,
    accepted: sum(({ accepted }) => accepted),
    lost: sum(({ lost }) => lost),
    duplicates: sum(({ duplicates }) => duplicates),
    machine: `${cpus().length} cores, Node ${process.version}`,
    date: new Date().toISOString().slice(0, 10),
  }
  writeFileSync(`${FIGURES}cluster-${name}.json`, `${JSON.stringify(figures, null, 2)}\n`)
}

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name)
  return index === -1 ? undefined : process.argv[index + 1]
}
