// Owns `npm run demo`: a real Timbre and a real HTTPS receiver on this machine, a whole call, and a receiver that fails
// and recovers. On a terminal it runs until Ctrl-C. Elsewhere, and with `--once`, it ends by itself. Exit code 0 only if everything
// arrived and every signature verified.
import { randomUUID } from 'node:crypto'
import pc from 'picocolors'
import { makeCertificates } from '../test/support/certificates.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'
import { DemoReceiver } from './receiver.ts'
import { WHOLE_CALL } from './whole-call.ts'

const isOnce = process.argv.includes('--once') || process.stdout.isTTY !== true
const FAILURES = 3
const WAIT_MS_MAX = 30_000
/** Short waits, so that the recovery can be watched; the real schedule takes 75 hours. */
const SETTINGS = { TIMBRE_RETRY_SCHEDULE: '0,1,2,4,8', TIMBRE_LOG_LEVEL: 'warn' }

const say = (line = '') => process.stdout.write(`${line}\n`)
const isDone = await demonstrate()
process.exit(isDone ? 0 : 1)

async function demonstrate(): Promise<boolean> {
  const certificates = await makeCertificates()
  const timbre = new TimbreProcess({ ca: certificates.ca, settings: SETTINGS })
  const healthy = new DemoReceiver('crm', certificates, { say })
  const failing = new DemoReceiver('billing', certificates, { say, failures: FAILURES })
  const interrupted = new Promise<void>((resolve) => process.once('SIGINT', resolve))
  try {
    await Promise.all([timbre.start(), healthy.start(), failing.start()])
    say(`${pc.bold('Timbre')} serves on ${timbre.address} with a scratch database; two HTTPS receivers are waiting.`)
    await register(timbre, healthy)
    await register(timbre, failing)
    const arrived = healthy.waitFor(WHOLE_CALL.length, WAIT_MS_MAX)
    const recovered = failing.waitFor(1, WAIT_MS_MAX)
    await publishCall(timbre)
    const isComplete = (await arrived) && (await recovered)
    await showAttempts(timbre, failing)
    say(isComplete ? pc.green('Everything arrived and every signature verified.') : pc.red('Something is missing.'))
    if (!isOnce) await keepRunning(timbre, interrupted)
    return isComplete
  } finally {
    await timbre.stop()
    await timbre.destroy()
    await Promise.all([healthy.stop(), failing.stop()])
  }
}

async function register(timbre: TimbreProcess, receiver: DemoReceiver): Promise<void> {
  const client = timbre.client()
  const webhook = await client.webhooks.create({ url: receiver.url, description: `The ${receiver.name} of this demo` })
  for (const eventKey of receiver.eventKeys) await client.webhooks.createSubscription(webhook.id, { eventKey })
  receiver.use(webhook.id, (await client.webhooks.getSecret(webhook.id)).secret)
  say(
    `${pc.bold('webhook')}   ${receiver.name} → ${receiver.url}  ${pc.dim(webhook.secretPreview)}  ${receiver.eventKeys.join(', ')}`,
  )
}

async function publishCall(timbre: TimbreProcess): Promise<void> {
  const callId = randomUUID()
  say()
  for (const event of WHOLE_CALL) {
    const accepted = await timbre
      .client()
      .events.publish({ type: event.type, data: { call_id: callId, ...event.data } })
    say(
      `${pc.cyan('published')} ${accepted.id} ${accepted.type} ${pc.dim(event.note)} → ${counted(accepted.deliveryCount)}`,
    )
  }
}

function counted(deliveries: number): string {
  return deliveries === 1 ? '1 delivery' : `${deliveries} deliveries`
}

async function showAttempts(timbre: TimbreProcess, receiver: DemoReceiver): Promise<void> {
  const client = timbre.client()
  say(`\n${pc.bold('attempts')}  of the delivery that ${receiver.name} first refused:`)
  await receiver.settled()
  const deliveries = await client.webhooks.listDeliveries(receiver.webhookId)
  for (const delivery of deliveries.data) {
    const attempts = await client.webhooks.listAttempts(receiver.webhookId, delivery.id)
    for (const attempt of [...attempts.data].reverse()) {
      const took = `${attempt.durationMs.toFixed(0)} ms`
      say(
        `  #${attempt.number} ${attempt.startedAt} ${attempt.outcome} ${attempt.responseStatus ?? ''} ${pc.dim(`${took} ${attempt.error ?? ''}`)}`,
      )
    }
  }
}

async function keepRunning(timbre: TimbreProcess, interrupted: Promise<void>): Promise<void> {
  say(`\nStill running. Publish an event of your own (Ctrl-C ends the demo):`)
  say(`  curl -X POST ${timbre.address}/v1/events \\`)
  say(`    -H 'Authorization: Bearer ${timbre.apiKey}' -H 'x-workspace-id: ${timbre.workspaceId}' \\`)
  say(`    -H 'Content-Type: application/json' -d '{"type":"call.completed","data":{"call_id":"mine"}}'`)
  await interrupted
}
