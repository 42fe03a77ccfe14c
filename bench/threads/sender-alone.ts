// Owns what one sender thread does when nothing else wants the cores: requests per second, and CPU on both sides.
import { systemClock } from '@timbre/server/platform/clock.ts'
import { SenderThreads } from '@timbre/server/platform/threads/sender-threads.ts'
import type { Certificates } from '../../test/support/certificates.ts'
import type { LeanReceiver } from './lean-receiver.ts'

export interface SenderCost {
  readonly perSecond: number
  /** CPU microseconds of the thread that asks, for each request: what crossing costs it. */
  readonly asking: number
  /** CPU microseconds of the sender thread for each request. */
  readonly sending: number
}

const IN_FLIGHT = 64
const BODY = JSON.stringify({ id: `evt_${'0'.repeat(26)}`, data: { call_id: 'c'.repeat(32), x: 'x'.repeat(560) } })
const HEADERS = {
  'content-type': 'application/json',
  'user-agent': 'Timbre/0.1.0',
  'x-supervisor-signature': `sha256=${'a'.repeat(64)}`,
  'x-supervisor-event': 'call.status.updated',
  'x-supervisor-delivery': '0'.repeat(36),
  'webhook-id': `evt_${'0'.repeat(26)}`,
  'webhook-timestamp': '1700000000',
  'webhook-signature': `v1,${'a'.repeat(44)}`,
}

export async function senderAlone(
  requests: number,
  { receiver, certificates }: { readonly receiver: LeanReceiver; readonly certificates: Certificates },
): Promise<SenderCost> {
  const unexpected = (error: Error) => {
    throw error
  }
  const senders = new SenderThreads({
    clock: systemClock,
    threads: 1,
    transport: { policy: { allowTargets: [], allowLoopback: true }, ca: certificates.ca },
    onDeath: unexpected,
    onFault: unexpected,
  })
  const send = async () => {
    let sent = 0
    const one = async () => {
      while (sent++ < requests) {
        const end = await senders.send({ url: receiver.url, headers: { ...HEADERS }, body: BODY })
        if (end.kind !== 'answered' || end.responseStatus !== 200) throw new Error(String(end.error))
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  }
  try {
    await send()
    const before = usage()
    const startedAt = performance.now()
    await send()
    const seconds = (performance.now() - startedAt) / 1000
    const after = usage()
    const asking = (after.thread - before.thread) / requests
    // Of this process, so that the collector's and compiler's threads count as the sender's: a bound from above.
    return { perSecond: requests / seconds, asking, sending: (after.process - before.process) / requests - asking }
  } finally {
    await senders.stop()
  }
}

function usage() {
  const thread = process.threadCpuUsage()
  const all = process.cpuUsage()
  return { thread: thread.user + thread.system, process: all.user + all.system }
}
