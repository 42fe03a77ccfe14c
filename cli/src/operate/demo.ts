// Owns `timbre demo`: a server with a scratch database, a receiver that fails at first, and a whole call, to be watched.
// Must never leave anything behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@getsupervisor/agents-studio-sdk'
import { constructEvent } from '@getsupervisor/agents-studio-sdk/receiver'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { environment, interruption, pause } from '../frame/world.ts'
import { attemptLines } from '../remote/present/attempts.ts'
import { planOf } from '../remote/simulate/plan.ts'

const FAILURES = 2
const RETRY_SCHEDULE = '0,1,2,4'
const SEED = 7
const LOOK_EVERY_MS = 100
const READY_MS_MAX = 30_000
const EVENTS_EVERY_MS = 400

const say = (line = '') => process.stdout.write(`${line}\n`)

export function demoCommand(): TimbreCommand {
  return new TimbreCommand('demo')
    .description(
      'A server with a scratch database, a receiver that fails at first, and a whole call. Needs nothing, leaves nothing behind.',
    )
    .option('--once', 'end when everything has arrived, and do not wait for Ctrl-C')
    .example('timbre demo --once')
    .action(demo)
}

async function demo({ once: isOnce }: { readonly once?: true }): Promise<void> {
  const signal = interruption()
  const dataDir = mkdtempSync(join(tmpdir(), 'timbre-demo-'))
  const access = { workspaceId: randomUUID(), apiKey: `sk_live_${randomBytes(24).toString('hex')}` }
  const server = startServer(dataDir, access)
  const receiver = new DemoReceiver()
  try {
    const baseUrl = await addressOf(server)
    const client = createClient({ baseUrl, ...access })
    say(`${colours.bold('Timbre')} serves on ${baseUrl} with a scratch database.`)
    await receiver.start(client)
    const count = await publishCall(client)
    await arrived(receiver, count, signal)
    await showRecovery(client, receiver)
    say(
      signal.aborted
        ? colours.yellow('Ended before everything arrived.')
        : colours.green('Everything arrived, and every signature verified.'),
    )
    if (isOnce === true || process.stdout.isTTY !== true) return
    say('\nStill running. In another terminal (Ctrl-C here ends the demo):')
    say(`  export TIMBRE_BASE_URL=${baseUrl} TIMBRE_WORKSPACE_ID=${access.workspaceId} TIMBRE_API_KEY=${access.apiKey}`)
    say('  timbre deliveries list')
    while (!signal.aborted) await pause(1000, signal)
  } finally {
    receiver.stop()
    await stopped(server)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function startServer(dataDir: string, { workspaceId, apiKey }: { workspaceId: string; apiKey: string }): ChildProcess {
  // The command that runs, with nothing of this environment but where programs are.
  const command = process.argv[1] ?? ''
  const env = {
    PATH: environment['PATH'],
    TIMBRE_PORT: '0',
    TIMBRE_DATA_DIR: dataDir,
    TIMBRE_BOOTSTRAP_WORKSPACE_ID: workspaceId,
    TIMBRE_BOOTSTRAP_API_KEY: apiKey,
    TIMBRE_RETRY_SCHEDULE: RETRY_SCHEDULE,
    TIMBRE_LOG_LEVEL: 'warn',
  }
  return spawn(process.execPath, [command, 'start', '--dev'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function addressOf(server: ChildProcess): Promise<string> {
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  for (let waited = 0; waited < READY_MS_MAX && server.exitCode === null; waited += LOOK_EVERY_MS) {
    const [, address] = /Timbre serves on (\S+)/.exec(output) ?? []
    if (address !== undefined) return address
    await pause(LOOK_EVERY_MS)
  }
  throw new CommandError(`The server did not start:\n${output}`, 'failed')
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  await ended
}

/** Refuses the first requests, then verifies and takes all. */
class DemoReceiver {
  readonly taken: string[] = []
  #failuresLeft = FAILURES
  #secret = ''
  #webhookId = ''
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    if (this.#failuresLeft-- > 0) {
      say(`${colours.yellow('receiver')}  answers 503 to ${request.headers['webhook-id']}`)
      return void response.writeHead(503).end()
    }
    const event = await constructEvent(Buffer.concat(chunks), request.headers, this.#secret)
    this.taken.push(event.id)
    say(`${colours.green('receiver')}  took ${event.id}  ${event.type}`)
    response.end()
  })

  get webhookId(): string {
    return this.#webhookId
  }

  async start(client: Client): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo // it listens on TCP
    const url = `http://127.0.0.1:${port}/hook`
    const eventKeys = ['call.status.updated', 'tool.invoked', 'call.completed']
    const { id } = await client.webhooks.create({ url, eventKeys, description: 'The receiver of this demo' })
    this.#webhookId = id
    this.#secret = (await client.webhooks.getSecret(id)).secret
    say(`${colours.bold('webhook')}   ${url}  ${eventKeys.join(', ')}`)
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

async function publishCall(client: Client): Promise<number> {
  const events = planOf({ scenarios: ['answered'], count: 1, rate: 1, seed: SEED })
  for (const { type, data } of events) {
    const { id } = await client.events.publish({ type, data })
    say(`${colours.cyan('published')} ${id}  ${type} ${colours.dim(String(data['call_status'] ?? ''))}`)
    await pause(EVENTS_EVERY_MS)
  }
  return events.length
}

async function arrived(receiver: DemoReceiver, count: number, signal: AbortSignal): Promise<void> {
  while (new Set(receiver.taken).size < count && !signal.aborted) await pause(LOOK_EVERY_MS, signal)
}

async function showRecovery(client: Client, { webhookId }: DemoReceiver): Promise<void> {
  for await (const { id, attempts } of client.webhooks.listDeliveries(webhookId)) {
    if (attempts < 2) continue
    say(`\n${colours.bold('attempts')}  of a delivery that was refused at first:`)
    for (const line of attemptLines((await client.webhooks.listAttempts(webhookId, id)).data)) say(line)
    return
  }
}
