import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const MODULE = new URL('./begin-worker.ts', import.meta.url).href
/** Makes 400 MB of short-lived objects, of which some live long enough that a young generation grows as far as it may. */
const WORKER = `
import { getHeapSpaceStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
const kept = new Array(200_000)
for (let index = 0; index < 6_000_000; index++) kept[index % kept.length] = { index, text: [index] }
const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
parentPort.postMessage(young.space_size / 2 ** 20)
`
const MAIN = `
const { beginWorker } = await import(${JSON.stringify(MODULE)})
const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(WORKER)}))
beginWorker(url, { resourceLimits: { maxYoungGenerationSizeMb: 6 } }).on('message', (size) => console.log(size))
`

test("a thread's young generation keeps to its own bound, whatever the flag of the main thread says", () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-semi-space-size=64', '--input-type=module', '--eval', MAIN],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(Number(stdout)).toBeGreaterThan(0)
  expect(Number(stdout)).toBeLessThanOrEqual(6)
})
