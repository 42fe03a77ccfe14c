// Owns `npm run crash -- --rounds 50`: the crash test as long as wanted, and its figures for the reliability table.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { killRound } from './kill-round.ts'

const ROUNDS = Number(argument('--rounds') ?? 50)
const KILLS_PER_ROUND = 2
const FIGURES = fileURLToPath(new URL('../../docs/operate/figures/crash.json', import.meta.url))

const total = { rounds: 0, kills: 0, accepted: 0, lost: 0, duplicates: 0 }
for (let round = 1; round <= ROUNDS; round++) {
  const figures = await killRound({ kills: KILLS_PER_ROUND, random: Math.random })
  total.rounds++
  total.kills += figures.kills
  total.accepted += figures.accepted
  total.lost += figures.lost
  total.duplicates += figures.duplicates
  console.log(`round ${round}: accepted ${figures.accepted}, lost ${figures.lost}, sent again ${figures.duplicates}`)
}
console.log(JSON.stringify(total))
if (process.argv.includes('--write')) {
  const figures = {
    order: 1,
    test: 'Real process, real file',
    command: `npm run crash -- --rounds ${ROUNDS}`,
    faults: `SIGKILL at a random moment under load, ${KILLS_PER_ROUND} times a round; 10 % of the responses 503, 10 % slow`,
    rounds: total.rounds,
    accepted: total.accepted,
    lost: total.lost,
    duplicates: total.duplicates,
    machine: `${cpus().length} cores, Node ${process.version}`,
    date: new Date().toISOString().slice(0, 10),
  }
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`)
}
process.exit(total.lost === 0 ? 0 : 1)

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name)
  return index === -1 ? undefined : process.argv[index + 1]
}
