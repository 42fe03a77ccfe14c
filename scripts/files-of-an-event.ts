// Owns `npm run files-of-an-event`: which source files one event enters on its way from the socket to the recorded attempt, counted by
// running some: a real server on SQLite, one webhook, one event after the other, and V8's coverage of each thread between two signals.
// Only what each of the events entered counts.
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
/** What happens by itself now and then happens beside one of them, not beside each. */
const EVENTS = 6
/** Until what follows an attempt is on disk. */
const RECORDED_MS = 300
/** Until every thread has written its first report. */
const REPORTED_MS = 1500

interface Report {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly count: number }[]
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
  process.kill(timbre.pid, 'SIGUSR2')
  await setTimeout(REPORTED_MS)
  const threads = readdirSync(folder).length
  const takeReports = async () => {
    await until(
      async () => readdirSync(folder).length,
      (count) => count >= threads,
    )
    await setTimeout(RECORDED_MS)
    const files = entered()
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    return files
  }
  await takeReports()
  const ofEach: ReadonlySet<string>[] = []
  for (let nth = 2; nth < 2 + EVENTS; nth++) {
    process.kill(timbre.pid, 'SIGUSR2')
    await takeReports()
    await publish(nth)
    process.kill(timbre.pid, 'SIGUSR2')
    ofEach.push(await takeReports())
  }
  const files = [...ofEach.reduce((some, more) => some.intersection(more))].sort()
  if ((await client.webhooks.get(webhook.id)).successCount !== 1 + EVENTS)
    throw new Error('An event was not delivered.')
  for (const file of files) process.stdout.write(`${file}\n`)
  process.stdout.write(`${files.length} files (budget ${FILES_MAX})\n`)
} finally {
  await timbre.destroy()
  await receiver.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Our files of which a function ran. What a file does when it is loaded has no name, and is over. */
function entered(): ReadonlySet<string> {
  const reports = readdirSync(folder).map((name): Report => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  const files = reports.flatMap(({ result }) =>
    result
      .filter(({ functions }) =>
        functions.some(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0),
      )
      .map(({ url }) => url),
  )
  const ours = files.filter(
    (url) => url.startsWith(ROOT) && !url.includes('node_modules') && !url.includes('/scripts/'),
  )
  return new Set(ours.map((url) => url.slice(ROOT.length)))
}
