// Owns `npm run files-of-an-event`: which source files one event enters on its way from the socket to the recorded attempt, counted by
// running one: a real server on SQLite, one webhook, one event, and V8's coverage of each thread between two signals.
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
/** Until what follows an attempt is on disk, and a report is written. */
const SETTLED_MS = 1500

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
    await setTimeout(SETTLED_MS)
  }
  // The first one loads and compiles; the second one is the one that is counted.
  await publish(1)
  process.kill(timbre.pid, 'SIGUSR2')
  await setTimeout(SETTLED_MS)
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  await publish(2)
  process.kill(timbre.pid, 'SIGUSR2')
  await setTimeout(SETTLED_MS)
  const files = entered()
  if ((await client.webhooks.get(webhook.id)).successCount !== 2) throw new Error('The event was not delivered.')
  for (const file of files) process.stdout.write(`${file}\n`)
  process.stdout.write(`${files.length} files (budget ${FILES_MAX})\n`)
} finally {
  await timbre.destroy()
  await receiver.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Our files of which a function ran. What a file does when it is loaded has no name, and is over. */
function entered(): readonly string[] {
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
  return [...new Set(ours.map((url) => url.slice(ROOT.length)))].sort()
}
