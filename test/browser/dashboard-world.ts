// Owns what the tests of the dashboard look at: a real Timbre that shows the built dashboard, and receivers that do well and badly.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import type { Page } from 'playwright-core'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'
import type { ShownIds } from './pages.ts'
import type { Spoken } from './words.ts'

const PREPARE = fileURLToPath(new URL('../../scripts/prepare.mjs', import.meta.url))

const OWN_TYPE = {
  key: 'order.paid',
  title: 'Order paid',
  description: 'A customer has paid.',
  schema: { type: 'object', required: ['order'], properties: { order: { type: 'string', description: 'Its number' } } },
  example: { order: 'A-1' },
}

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

  /** A source with a call, and a request that was refused, whose texts that somebody can choose are this one. */
  async fillSource(text = 'Main number'): Promise<{ readonly id: string; readonly callId: string }> {
    const { sources } = this.client
    const agentMap = { [text.slice(0, 200)]: '3c90c3cc-0d44-4b50-8888-8dd25736052a' }
    const publicUrl = this.timbre.address
    const secret = '1f2e3d4c5b6a79880f1e2d3c4b5a6978'
    const source = await sources.create({ name: text.slice(0, 120), kind: 'twilio', secret, publicUrl, agentMap })
    await sources.update(source.id, { secret: 'another-secret-0001' })
    const headers = { 'x-twilio-signature': 'A'.repeat(28), 'content-type': 'application/x-www-form-urlencoded' }
    await fetch(source.url, { method: 'POST', headers, body: new URLSearchParams({ CallSid: text }) })
    const { callId } = await sources.test(source.id)
    return { id: source.id, callId }
  }

  /** A webhook and deliveries in which every text that somebody can choose is one of these. */
  async fillHostile(texts: readonly string[]): Promise<void> {
    const { webhooks, events } = this.client
    const [first = ''] = texts
    this.bad.answer(() => ({ status: 500, headers: { 'x-answer': first }, body: texts.join('\n') }))
    const url = this.bad.url(`/${encodeURIComponent(first)}?q=<script>window.pwned=1</script>`)
    const headers = { 'X-Hostile': '<img src=x onerror="window.pwned=1">' }
    const description = texts.slice(0, 4).join(' ')
    await webhooks.create({ url, description, headers, eventKeys: ['call.completed'], retrySchedule: [0] })
    for (const [number, text] of texts.entries()) {
      const data = { call_id: text.slice(0, 200), from_number: text.slice(0, 200), [text.slice(0, 500)]: text }
      await events.publish({ id: `evt_hostile_${number}`, type: 'call.completed', data })
    }
    await this.settledOf(`evt_hostile_${texts.length - 1}`)
  }

  /** A test receiver with a request, a key and a portal session, with such texts where somebody can choose one. */
  async fillSettings(texts: readonly string[]): Promise<void> {
    const { testReceivers, apiKeys, portalSessions } = this.client
    const { url } = await testReceivers.create({ failurePercent: 10 })
    await fetch(url, { method: 'POST', body: texts.join('\n') })
    await apiKeys.create({ name: (texts[0] ?? '').slice(0, 120), scopes: ['events:write'] })
    await portalSessions.create({ capabilities: ['view', 'retry'], expiresInSeconds: 600 })
  }

  /** Something for every page to show. */
  async fillEverything(): Promise<ShownIds> {
    const { good } = await this.fill(6)
    const { id: sourceId } = await this.fillSource()
    await this.fillSettings(['{"hello": "world"}'])
    const { key } = await this.client.eventTypes.create(OWN_TYPE)
    return { ...(await this.newest(good.id)), callId: 'call_1', sourceId, key }
  }

  /** The newest delivery of a webhook. */
  async newest(webhookId: string): Promise<Pick<ShownIds, 'deliveryId' | 'eventId' | 'webhookId'>> {
    const [delivery] = (await this.client.deliveries.list({ webhookId, limit: 1 })).data
    if (delivery === undefined) throw new Error(`${webhookId} has got nothing.`)
    return { deliveryId: delivery.id, eventId: delivery.eventId, webhookId }
  }

  /** With the admin key, into no workspace yet. */
  async signInAsOperator(page: Page, say: Spoken): Promise<void> {
    await page.goto('/')
    await page.getByLabel(say.apiKey).fill(this.timbre.adminKey)
    await page.getByRole('button', { name: say.signIn }).click()
    await page.getByRole('heading', { name: say.operations, level: 1 }).waitFor()
  }

  /** Another page of whoever is signed in, once it is loaded. */
  async open(page: Page, path: string): Promise<void> {
    await page.evaluate((to) => {
      history.pushState({}, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await this.loaded(page)
  }

  /** Once the page shows something, and nothing in it is loading. */
  async loaded(page: Page): Promise<void> {
    await page.locator('main').locator('h1, h2').first().waitFor()
    // What is loaded later begins its request with the first paint.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await until(
      () => page.locator('main .animate-pulse').count(),
      (loading) => loading === 0,
    )
  }

  async signIn(page: Page, say: Spoken, apiKey = this.timbre.apiKey): Promise<void> {
    await page.goto('/')
    await page.getByLabel(say.workspaceId).fill(this.timbre.workspaceId)
    await page.getByLabel(say.apiKey).fill(apiKey)
    await page.getByRole('button', { name: say.signIn }).click()
    await page.getByRole('heading', { name: say.overview, level: 1 }).waitFor()
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
