// Owns the number of isolation: the healthy receivers' p99 while a tenth of the webhooks hang until the timeout, beside the
// p99 without them in the same run (DESIGN §7: at most 1.25 ×); and how soon a fresh event arrives while another webhook has
// a great many deliveries due. Load goes to 127.0.0.1 only, and is bounded in count and time.
import { randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import { makeCertificates } from '../test/support/certificates.ts'
import { Receiver } from '../test/support/receiver.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'

const WEBHOOKS = 50
const HANGING = WEBHOOKS / 10
const PER_SECOND = Number(argument('--rate') ?? 300)
const SECONDS = Number(argument('--seconds') ?? 20)
const ROUNDS = Number(argument('--rounds') ?? 3)
const TICK_MS = 20

const certificates = await makeCertificates()
console.log(
  `${cpus().length} cores, Node ${process.version}, ${PER_SECOND} events/s for ${SECONDS} s to ${WEBHOOKS} webhooks, ${HANGING} of them hanging`,
)
const ratios: number[] = []
for (let round = 1; round <= ROUNDS; round++) {
  const healthy = await latencies(0)
  const beside = await latencies(HANGING)
  ratios.push(beside.p99 / healthy.p99)
  console.log(
    `round ${round}: without p50 ${ms(healthy.p50)} p99 ${ms(healthy.p99)} | beside hanging p50 ${ms(beside.p50)} p99 ${ms(beside.p99)} = ${(beside.p99 / healthy.p99).toFixed(2)} ×`,
  )
}
ratios.sort((a, b) => a - b)
console.log(`median ratio of p99: ${ratios[ratios.length >> 1]?.toFixed(2)} (budget 1.25)`)

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name)
  return index === -1 ? undefined : process.argv[index + 1]
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`
}

/** Publish → received at the healthy receivers, milliseconds. The publish time is the generator's own, in the data. */
async function latencies(hanging: number): Promise<{ readonly p50: number; readonly p99: number }> {
  const taken: number[] = []
  const receiver = await new Receiver({
    certificates,
    script: ({ path, body, receivedAt }) => {
      if (Number(path.slice(1)) < hanging) return { hang: true }
      taken.push(receivedAt - Number(/"sent_at":(\d+)/.exec(body.toString())?.[1]))
      return {}
    },
  }).start()
  const timbre = await new TimbreProcess({ ca: certificates.ca }).start()
  try {
    const agents = await makeWebhooks(timbre, receiver)
    await publishAtRate(timbre, agents, PER_SECOND / 2, 3)
    taken.length = 0
    await publishAtRate(timbre, agents, PER_SECOND, SECONDS)
    await new Promise((resolve) => setTimeout(resolve, 500))
    taken.sort((a, b) => a - b)
    const at = (share: number) => taken[Math.floor(taken.length * share)] ?? Number.NaN
    return { p50: at(0.5), p99: at(0.99) }
  } finally {
    await timbre.destroy()
    await receiver.stop()
  }
}

/** One webhook per agent, so that an event goes to exactly one of them. */
async function makeWebhooks(timbre: TimbreProcess, receiver: Receiver): Promise<readonly string[]> {
  const agents = Array.from({ length: WEBHOOKS }, () => randomUUID())
  for (const [index, agentId] of agents.entries()) {
    const webhook = await timbre.client().webhooks.create({ url: receiver.url(`/${index}`), agentId })
    await timbre.client().webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
  }
  return agents
}

async function publishAtRate(
  timbre: TimbreProcess,
  agents: readonly string[],
  perSecond: number,
  seconds: number,
): Promise<void> {
  const client = timbre.client()
  const startedAt = performance.now()
  let published = 0
  let late = 0
  const pending: Promise<unknown>[] = []
  while (performance.now() - startedAt < seconds * 1000) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond)
    if (due - published > perSecond / 5) late++
    for (; published < due; published++) {
      const agentId = agents[published % agents.length] ?? null
      pending.push(
        client.events.publish({
          type: 'call.completed',
          agentId,
          data: { call_id: `c${published}`, sent_at: Date.now() },
        }),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  await Promise.all(pending)
  if (late > 0) console.log(`the generator could not keep up ${late} times: these figures say nothing of the server`)
}
