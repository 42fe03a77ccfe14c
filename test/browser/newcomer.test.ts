// The way of somebody who has never seen the dashboard: in, a webhook with a mistake, mended, tested, a failure found, read, retried.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { hasBrowser, launchBrowser, visit } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'
import { type Spoken, WORDS } from './words.ts'

const isThere = hasBrowser()
let world: DashboardWorld
let browser: Browser

beforeAll(async () => {
  if (!isThere) return
  world = new DashboardWorld()
  await world.start()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

describe.runIf(isThere)('a newcomer', () => {
  test.each(['en', 'es'] as const)('finds the way from the door to a retried delivery (%s)', async (language) => {
    const say = WORDS[language]
    const locale = language === 'en' ? 'en-GB' : 'es-ES'
    const { page, context, complaints, strangers } = await visit(browser, world.timbre.address, { locale })
    await world.signIn(page, say)
    await makeWebhook(page, say)
    await sendTest(page, say)
    await watchLive(page, say)
    await findAndRetry(page, say)
    // Nobody was signed in at first, and a form was refused: the browser notes both.
    expect(complaints.filter((line) => !/status of 40[01]/.test(line))).toEqual([])
    expect(strangers).toEqual([])
    await context.close()
  })
})

async function makeWebhook(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('link', { name: say.webhooks, exact: true }).click()
  await page.getByRole('link', { name: say.add }).first().click()
  const url = page.getByLabel('URL')
  await url.fill('http://example.com/hook')
  await page.getByRole('button', { name: say.create }).click()
  await page.getByText(say.urlFault).waitFor()
  expect(await url.getAttribute('aria-invalid')).toBe('true')
  await url.fill(world.bad.url(`/newcomer-${say.language}`))
  await page.getByRole('checkbox', { name: 'call.completed' }).check()
  await page.getByRole('button', { name: say.create }).click()
  await page.getByRole('heading', { name: `/newcomer-${say.language}` }).waitFor()
}

async function sendTest(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('button', { name: say.testSend }).click()
  await page.getByText(say.testFailed).waitFor()
  await page.getByText('bad signature').first().waitFor()
}

async function watchLive(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('link', { name: say.deliveries, exact: true }).click()
  await page.getByRole('button', { name: say.live }).click()
  await page.getByText(say.isLive).waitFor()
  await world.client.events.publish({ type: 'call.completed', data: { call_id: `live-${say.language}` } })
  const rows = page.getByRole('list', { name: say.deliveries }).getByRole('listitem')
  await until(
    () => rows.count(),
    (count) => count >= 2,
  )
  await page.getByRole('button', { name: say.live }).click()
}

async function findAndRetry(page: Page, say: Spoken): Promise<void> {
  const { client } = world
  const webhook = (await client.webhooks.list()).data.find(({ url }) => url.endsWith(`-${say.language}`))
  await client.webhooks.update(webhook?.id ?? '', { retrySchedule: [0] })
  const { id } = await client.events.publish({ type: 'call.completed', data: { call_id: `call-${say.language}` } })
  await world.settledOf(id)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: say.find }).waitFor()
  await page.keyboard.type(id)
  await page.getByRole('option', { name: id }).click()
  await page.getByRole('link', { name: `call-${say.language}` }).click()
  await page.getByRole('heading', { name: `call-${say.language}` }).waitFor()
  await page.getByRole('link', { name: `/newcomer-${say.language} ${say.reason}` }).click()
  await page.getByText(say.noMore).waitFor()
  world.bad.answer(() => ({ status: 200, body: 'mended' }))
  await page.getByRole('button', { name: say.retry }).click()
  await page.getByText(say.delivered).waitFor()
  world.bad.answer(() => ({ status: 401, body: '{"error":"bad signature"}' }))
}
