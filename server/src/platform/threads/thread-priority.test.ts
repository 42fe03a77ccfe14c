import { once } from 'node:events'
import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'

const MODULE = new URL('./thread-priority.ts', import.meta.url).href
const WORKER = `
import { readlinkSync } from 'node:fs'
import { getPriority } from 'node:os'
import { basename } from 'node:path'
import { parentPort } from 'node:worker_threads'
const { lowerPriority } = await import(${JSON.stringify(MODULE)})
const thread = Number(basename(readlinkSync('/proc/thread-self')))
const priorities = [getPriority(thread)]
for (const steps of [7, 30]) {
  lowerPriority(steps)
  priorities.push(getPriority(thread))
}
parentPort.postMessage(priorities)
`

test.runIf(process.platform === 'linux')(
  'a thread lowers its own priority, as far as there is one, and no other',
  async () => {
    const before = getPriority()
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(WORKER)}`))
    const [priorities] = await once(worker, 'message')
    expect(priorities).toEqual([before, Math.min(before + 7, 19), 19])
    expect(getPriority()).toBe(before)
    await worker.terminate()
  },
)
