// Owns `npm run files-of-an-event`: which source files one event enters on its way from the socket to the recorded attempt, counted by
// running some: a real server on SQLite, one webhook, one event after the other, and V8's coverage of each thread between two signals.
// A file counts when one of its functions ran with each event, and as a rule more often than in as much time without one:
// what a clock does is not the event's. `-- --functions` says which functions those were.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeCertificates } from '../test/support/certificates.ts'
import { Receiver } from '../test/support/receiver.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import { until } from '../test/support/until.ts'

const FILES_MAX = 45
const ROOT = new URL('..', import.meta.url).href
const HOOK = fileURLToPath(new URL('files-of-an-event/coverage-on-signal.ts', import.meta.url))
const EVENTS = 7
/** Until what follows an attempt is on disk. */
const RECORDED_MS = 300
/** Until what is written later of an event, such as its statistics, is written. */
const SETTLED_MS = 3000
/** Until every thread has written its report. */
const REPORTED_MS = 1000

/** Calls by `file function@place`. */
type Calls = ReadonlyMap<string, number>

interface Report {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly count: number; readonly startOffset: number }[]
    }[]
  }[]
}

const folder = mkdtempSync(join(tmpdir(), 'timbre-coverage-'))
const certificates = await makeCertificates()
const receiver = await new Receiver({ certificates }).start()
const timbre = new TimbreProcess({
  ca: certificates.ca,
  settings: { NODE_V8_COVERAGE: folder, TIMBRE_SENDER_THREADS: '0' },
  nodeArguments: ['--import', HOOK],
})
try {
  await timbre.start()
  const client = timbre.client()
  const webhook = await client.webhooks.create({ url: receiver.url('/'), eventKeys: ['call.completed'] })
  const publish = async (nth: number) => {
    await client.events.publish({ type: 'call.completed', data: { call_id: `call-${nth}` } })
    await until(
      async () => receiver.count,
      (count) => count >= nth,
    )
    await setTimeout(RECORDED_MS)
  }
  // The first one loads and compiles.
  await publish(1)
  const withOne: Calls[] = []
  const without: Calls[] = []
  for (let nth = 2; nth < 2 + EVENTS; nth++) {
    let tookMs = 0
    const event = async () => {
      const begunAt = performance.now()
      await publish(nth)
      tookMs = performance.now() - begunAt
    }
    withOne.push(await calls(event))
    await setTimeout(SETTLED_MS)
    without.push(await calls(() => setTimeout(tookMs)))
  }
  const called = calledByEach(withOne, without)
  const files = [...new Set(called.map((name) => name.split(' ', 1)[0] ?? ''))].sort()
  if ((await client.webhooks.get(webhook.id)).successCount !== 1 + EVENTS)
    throw new Error('An event was not delivered.')
  const shown = process.argv.includes('--functions') ? called.toSorted() : files
  const lines = files.reduce((sum, file) => sum + readFileSync(new URL(file, ROOT), 'utf8').split('\n').length - 1, 0)
  for (const line of shown) process.stdout.write(`${line}\n`)
  process.stdout.write(`${files.length} files (budget ${FILES_MAX}), ${lines} lines\n`)
} finally {
  await timbre.destroy()
  await receiver.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** How often each function of ours ran while something was done. What a file does when it is loaded has no name, and is over. */
async function calls(work: () => Promise<void>): Promise<Calls> {
  await takeReports()
  await work()
  const found = new Map<string, number>()
  for (const { url, functions } of (await takeReports()).flatMap(({ result }) => result)) {
    if (!url.startsWith(ROOT) || url.includes('node_modules') || url.includes('/scripts/')) continue
    for (const { functionName, ranges } of functions) {
      const [whole] = ranges
      if (functionName === '' || whole === undefined || whole.count === 0) continue
      const name = `${url.slice(ROOT.length)} ${functionName}@${whole.startOffset}`
      found.set(name, (found.get(name) ?? 0) + whole.count)
    }
  }
  return found
}

/** Has each thread write what it has counted since the last time, and takes that away. */
async function takeReports(): Promise<readonly Report[]> {
  process.kill(timbre.pid, 'SIGUSR2')
  await setTimeout(REPORTED_MS)
  const names = readdirSync(folder).map((name) => join(folder, name))
  const reports = names.map((name): Report => JSON.parse(readFileSync(name, 'utf8')))
  for (const name of names) rmSync(name)
  return reports
}

/** What ran with each event, and as a rule at least once more than without one: a timer may tick once more in any of them. */
function calledByEach(withOne: readonly Calls[], without: readonly Calls[]): readonly string[] {
  const [first = new Map<string, number>()] = withOne
  return [...first.keys()].filter(
    (name) => withOne.every((some) => some.has(name)) && median(withOne, name) - median(without, name) >= 1,
  )
}

function median(of: readonly Calls[], name: string): number {
  const counts = of.map((some) => some.get(name) ?? 0).sort((a, b) => a - b)
  return counts[counts.length >> 1] ?? 0
}
