// Owns `npm run sim:mutants`: plants every mutant, one at a time, and fails when the simulator does not see one of them.
import { availableParallelism } from 'node:os'
import { catchMutant } from './catch-mutant.ts'
import { MUTANTS } from './mutants.ts'

/** The rarest that is caught needs some 50. */
const SEEDS = 120
const only = process.argv[2]

const waiting = MUTANTS.filter(({ name }) => only === undefined || name.includes(only))
if (waiting.length === 0) throw new Error(`No mutant has ${only} in its name.`)
let survivors = 0

async function hunt(): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const { name } = mutant
    const caught = await catchMutant(name, SEEDS)
    if (caught === null) survivors++
    const [sentence] = caught?.sentence.split('\n') ?? [`SURVIVED ${SEEDS} seeds`]
    console.log(`| ${name} | ${caught?.seed ?? '–'} | ${sentence} |`)
  }
}

console.log('| mutant | seed | what the simulator said |\n|---|---|---|')
await Promise.all(Array.from({ length: availableParallelism() }, hunt))
console.log(survivors === 0 ? '\nAll of them were caught.' : `\n${survivors} survived.`)
process.exitCode = survivors === 0 ? 0 : 1
