// Owns the pictures of docs/images: `node test/browser/pictures.ts` takes them of a real dashboard with a call that went partly wrong.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { launchBrowser, visit } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'
import { WORDS } from './words.ts'

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const CALL = 'call_7f3e91'
const NUMBERS = { from_number: '+34 600 123 456', to_number: '+34 910 000 111', direction: 'inbound' }
const STATES = ['registered', 'ongoing', 'ended'] as const

const world = new DashboardWorld()
await world.start()
const browser = await launchBrowser()
try {
  await oneCall()
  const [failed] = (await world.client.deliveries.list({ status: 'failed' })).data
  mkdirSync(FOLDER, { recursive: true })
  await take(browser, 'light', `/calls/${CALL}`, 'call.png')
  await take(browser, 'light', '/overview?span=1h', 'overview.png')
  await take(browser, 'dark', `/deliveries?open=${failed?.id}`, 'delivery.png')
} finally {
  await browser.close()
  await world.stop()
}

async function oneCall(): Promise<void> {
  const { webhooks, events } = world.client
  const eventKeys = ['call.status.updated', 'call.completed']
  await webhooks.create({ url: world.good.url('/crm'), description: 'The CRM', eventKeys })
  await webhooks.create({ url: world.bad.url('/billing'), description: 'Billing', eventKeys, retrySchedule: [0, 1] })
  for (const call_status of STATES)
    await events.publish({ type: 'call.status.updated', data: { call_id: CALL, call_status, ...NUMBERS } })
  await world.settled(2 * STATES.length)
  world.bad.answer(() => ({ status: 200 }))
  await events.publish({ type: 'call.completed', data: { call_id: CALL, duration_ms: 63_000, ...NUMBERS } })
  await world.settled(2 * (STATES.length + 1))
}

async function take(of: Browser, colorScheme: 'light' | 'dark', path: string, name: string): Promise<void> {
  const { page, context } = await visit(of, world.timbre.address, {
    colorScheme,
    viewport: { width: 1280, height: 760 },
  })
  await world.signIn(page, WORDS.en)
  await world.open(page, path)
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(FOLDER, name) })
  await context.close()
}
