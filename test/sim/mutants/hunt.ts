// Owns catching one mutant: runs the simulator on one seed after another until a checker speaks. Run by `catch-mutant.ts`
// in a process of its own, with the mutant planted. Prints one line of JSON.
import { runEpisode } from '../episode.ts'

const [first = '1', seeds = '60', steps = '500'] = process.argv.slice(2)

async function hunt(): Promise<{ seed: string; sentence: string } | null> {
  for (let index = 0; index < Number(seeds); index++) {
    const seed = String(Number(first) + index)
    const { violation } = await runEpisode({ seed, steps: Number(steps) })
    if (violation !== undefined) return { seed, sentence: violation }
  }
  return null
}

console.log(JSON.stringify(await hunt()))
