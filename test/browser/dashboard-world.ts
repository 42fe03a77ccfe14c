// Owns what the tests of the dashboard look at: a real Timbre that shows the built dashboard, and receivers that do well and badly.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import type { Page } from 'playwright-core'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'
import type { Spoken } from './words.ts'

const PREPARE = fileURLToPath(new URL('../../scripts/prepare.mjs', import.meta.url))

export class DashboardWorld {
  readonly timbre: TimbreProcess
  readonly good: Receiver
  readonly bad: Receiver

  constructor(settings: Readonly<Record<string, string>> = {}) {
    this.timbre = new TimbreProcess({ settings })
    this.good = new Receiver()
    this.bad = new Receiver({ script: () => ({ status: 401, body: '{"error":"bad signature"}' }) })
  }

  get client(): Client {
    return this.timbre.client()
  }

  async start(): Promise<this> {
    execFileSync(process.execPath, [PREPARE, '--with-dashboard'], { stdio: ['ignore', 'ignore', 'inherit'] })
    await Promise.all([this.good.start(), this.bad.start()])
    await this.timbre.start()
    return this
  }

  async stop(): Promise<void> {
    await Promise.all([this.good.stop(), this.bad.stop(), this.timbre.destroy()])
  }

  /** One webhook whose deliveries arrive and one whose deliveries fail for good, with some of each. */
  async fill(events = 12): Promise<{ readonly good: Webhook; readonly bad: Webhook }> {
    const { webhooks } = this.client
    const eventKeys = ['call.status.updated', 'call.completed']
    const good = await webhooks.create({ url: this.good.url('/crm'), description: 'The CRM', eventKeys })
    const bad = await webhooks.create({
      url: this.bad.url('/billing'),
      description: 'Billing',
      eventKeys,
      retrySchedule: [0, 0],
    })
    for (let number = 0; number < events; number++) {
      await this.client.events.publish({
        type: number % 3 === 0 ? 'call.completed' : 'call.status.updated',
        data: {
          call_id: `call_${number % 4}`,
          call_status: 'ended',
          from_number: '+34 600 000 000',
          duration_ms: 63_000,
        },
      })
    }
    await this.settled(2 * events)
    return { good, bad }
  }

  async signIn(page: Page, say: Spoken, apiKey = this.timbre.apiKey): Promise<void> {
    await page.goto('/')
    await page.getByLabel(say.workspaceId).fill(this.timbre.workspaceId)
    await page.getByLabel(say.apiKey).fill(apiKey)
    await page.getByRole('button', { name: say.signIn }).click()
    await page.getByRole('heading', { name: say.deliveries, level: 1 }).waitFor()
  }

  /** When all deliveries of an event have ended. */
  async settledOf(eventId: string): Promise<void> {
    await until(
      async () => (await this.client.deliveries.list({ eventId })).data,
      (data) => data.length > 0 && data.every(({ status }) => status === 'success' || status === 'failed'),
    )
  }

  /** When so many deliveries have ended. */
  async settled(count: number): Promise<void> {
    await until(
      async () => (await this.client.deliveries.list({ limit: 250 })).data,
      (data) => data.filter(({ status }) => status === 'success' || status === 'failed').length >= count,
    )
  }
}
