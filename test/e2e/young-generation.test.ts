import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../support/timbre-process.ts'

let timbre: TimbreProcess
afterEach(() => timbre.destroy())

/** Of the process with the pid that was started, from /proc: flags for Node and V8, in their order. */
function flags(): string[] {
  const [, ...words] = readFileSync(`/proc/${timbre.pid}/cmdline`, 'utf8').split('\0')
  return words.filter((word) => word.startsWith('--'))
}

// Elsewhere nothing tells the flags of another process. Nothing in what is tested depends on the system but Windows.
describe.runIf(process.platform === 'linux')('the memory for what has just been made (needs /proc)', () => {
  test('is bounded in the very process that was started, which SIGTERM reaches', async () => {
    timbre = await new TimbreProcess({ nodeArguments: ['--no-deprecation'] }).start()
    expect(flags()).toEqual(['--no-deprecation', '--max-semi-space-size=24'])
    expect(timbre.output).not.toContain('ExperimentalWarning')
    expect(await timbre.stop()).toBe(0)
  })

  test('is what was asked for when Node was started with a bound of its own', async () => {
    timbre = await new TimbreProcess({ nodeArguments: ['--max_semi_space_size=12'] }).start()
    expect(flags()).toEqual(['--max_semi_space_size=12'])
  })

  test('is what NODE_OPTIONS asks for', async () => {
    timbre = await new TimbreProcess({ settings: { NODE_OPTIONS: '--max-semi-space-size=12' } }).start()
    expect(flags()).toEqual([])
  })
})
