// Owns what every measurement of load needs: a receiver and a publisher in processes of their own, Timbre beside them, and
// windows in which all are counted at once. Load goes to 127.0.0.1 only.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificates, makeCertificates } from '../../test/support/certificates.ts'
import { TimbreProcess, type TimbreProcessOptions } from '../../test/support/timbre-process.ts'
import { Child } from './child.ts'
import { monotonicMs, sleep } from './monotonic.ts'
import type { LoadOrder, LoadResult, PublisherOrder, PublishTarget, ReceiverOrder, Taken } from './orders.ts'
import { busyNow, othersPercent } from './others.ts'
import { EVENT_TYPE } from './payload.ts'
import { Progress } from './progress.ts'

export interface Windowed<Sample> {
  readonly load: LoadResult
  readonly taken: Taken
  readonly before: Sample
  readonly after: Sample
  /** Percent of the cores that other programs took during the window. */
  readonly others: number
}

export interface WarmUp {
  /** Seconds. */
  readonly warmUp: number
  /** The warm-up lasts until so many requests arrived, too: 500 origins have many connections to open. */
  readonly warmUpRequests?: number
}

export interface Seconds extends WarmUp {
  readonly window: number
}

const WARM_UP_MS_MAX = 15_000

export class Rig {
  readonly certificates: Certificates
  readonly urls: readonly string[]
  readonly progressFile: string
  readonly receiver: Child<ReceiverOrder>
  readonly publisher: Child<PublisherOrder>
  readonly #folder: string
  readonly #progress: Progress
  readonly #timbres: TimbreProcess[] = []
  readonly #morePids: () => readonly number[]

  private constructor(
    made: Pick<Rig, 'certificates' | 'urls' | 'progressFile' | 'receiver' | 'publisher'>,
    folder: string,
    morePids: () => readonly number[],
  ) {
    this.#morePids = morePids
    this.certificates = made.certificates
    this.urls = made.urls
    this.progressFile = made.progressFile
    this.receiver = made.receiver
    this.publisher = made.publisher
    this.#folder = folder
    this.#progress = new Progress(made.progressFile)
  }

  /**
   * @param receivers so many origins, all in one process
   * @param morePids of what else is measured, beside what the rig starts
   */
  static async start(receivers: number, morePids: () => readonly number[] = () => []): Promise<Rig> {
    const certificates = await makeCertificates()
    const folder = mkdtempSync(join(tmpdir(), 'timbre-bench-'))
    const progressFile = join(folder, 'progress')
    const receiver = new Child<ReceiverOrder>(new URL('./receiver-process.ts', import.meta.url))
    const publisher = new Child<PublisherOrder>(new URL('./publisher-process.ts', import.meta.url))
    const urls = await receiver.ask<readonly string[]>({ kind: 'listen', certificates, ports: receivers, progressFile })
    return new Rig({ certificates, urls, progressFile, receiver, publisher }, folder, morePids)
  }

  /** How many requests the receiver has got, not more than 2 ms ago. */
  get received(): number {
    return this.#progress.read()
  }

  async timbre(
    options: Pick<TimbreProcessOptions, 'databaseUrl' | 'nodeArguments' | 'settings'> = {},
  ): Promise<TimbreProcess> {
    const settings = { TIMBRE_MAX_WEBHOOKS_PER_WORKSPACE: '1000', ...options.settings }
    const timbre = new TimbreProcess({ ca: this.certificates.ca, ...options, settings })
    this.#timbres.push(timbre)
    return timbre.start()
  }

  /** Latencies since the last call, and the head of the last request. */
  take(): Promise<Taken> {
    return this.receiver.ask<Taken>({ kind: 'take' })
  }

  /** Runs a load: warms up, then samples before and after a window of so many seconds, then stops it. */
  async run<Sample>(order: LoadOrder, seconds: Seconds, sample: () => Promise<Sample>): Promise<Windowed<Sample>> {
    const { load, measured } = await this.during(order, seconds, async () => {
      await this.take()
      await this.publisher.ask({ kind: 'mark' })
      const before = await sample()
      const busyBefore = busyNow(this.#pids())
      await sleep(seconds.window * 1000)
      const others = othersPercent(busyBefore, busyNow(this.#pids()))
      return { before, after: await sample(), others }
    })
    return { load, taken: await this.take(), ...measured }
  }

  /** Runs a load: warms up, then stops it when what is measured beside it has ended. */
  async during<Measured>(
    order: LoadOrder,
    warmUp: WarmUp,
    measure: () => Promise<Measured>,
  ): Promise<{ readonly load: LoadResult; readonly measured: Measured }> {
    const receivedBefore = this.received
    await this.publisher.ask(order)
    await this.#warmUp(warmUp, receivedBefore)
    const measured = await measure()
    const load = await this.publisher.ask<LoadResult>({ kind: 'stop' })
    await this.#settled()
    return { load, measured }
  }

  async stop(): Promise<void> {
    await this.publisher.stop()
    for (const timbre of this.#timbres) await timbre.destroy()
    await this.receiver.stop()
    this.#progress.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #warmUp({ warmUp, warmUpRequests = 0 }: WarmUp, receivedBefore: number): Promise<void> {
    await sleep(warmUp * 1000)
    const giveUpAt = monotonicMs() + WARM_UP_MS_MAX
    while (this.received - receivedBefore < warmUpRequests && monotonicMs() < giveUpAt) await sleep(50)
  }

  #pids(): readonly number[] {
    const timbres = this.#timbres.filter((timbre) => timbre.isRunning).map(({ pid }) => pid)
    return [process.pid, this.receiver.pid, this.publisher.pid, ...timbres, ...this.#morePids()]
  }

  /** Until nothing arrives any more: the next load must not pay for what this one left. */
  async #settled(): Promise<void> {
    for (let before = -1; before !== this.received; await sleep(300)) before = this.received
  }
}

/**
 * Makes webhooks with one subscription each. Each group has an agent of its own, so that an event goes to one group only.
 * @param groups URLs
 */
export async function makeWebhooks(
  timbre: TimbreProcess,
  groups: readonly (readonly string[])[],
): Promise<PublishTarget> {
  const client = timbre.client()
  const agentIds: string[] = []
  for (const urls of groups) {
    const agentId = randomUUID()
    agentIds.push(agentId)
    await Promise.all(
      urls.map(async (url) => {
        const webhook = await client.webhooks.create({ url, agentId })
        await client.webhooks.createSubscription(webhook.id, { eventKey: EVENT_TYPE })
      }),
    )
  }
  return targetOf(timbre, agentIds)
}

export function targetOf(timbre: TimbreProcess, agentIds: readonly string[] = []): PublishTarget {
  const { address, apiKey, workspaceId } = timbre
  return { addresses: [address], apiKey, workspaceId, agentIds }
}

/** The headers that Timbre sends, from a request as it arrived: undici alone must send the same. */
export function sentHeaders(head: string): Readonly<Record<string, string>> {
  const lines = head.split('\r\n').slice(1)
  const all = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  const setByUndici = new Set(['host', 'connection', 'content-length'])
  return Object.fromEntries(all.filter(([name = '']) => !setByUndici.has(name)))
}
