// The way of somebody who has never seen the dashboard: in, a webhook with a mistake, mended, tested, a failure found, read, retried;
// at length also a whole simulated call, found by its id, replayed, and a secret rotated with the assistant.
import { verifySignature } from '@getsupervisor/agents-studio-sdk/receiver'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { atLength } from '../support/at-length.ts'
import { runTimbre } from '../support/run-timbre.ts'
import { until } from '../support/until.ts'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { type Spoken, WORDS } from './words.ts'

const here = useDashboard()

describe.runIf(here.isThere)('a newcomer', () => {
  test.each(['en', 'es'] as const)('finds the way from the door to a retried delivery (%s)', async (language) => {
    const say = WORDS[language]
    const locale = language === 'en' ? 'en-GB' : 'es-ES'
    const { page, context, complaints, strangers } = await visit(here.browser, here.world.timbre.address, { locale })
    await here.world.signIn(page, say)
    await makeWebhook(page, say)
    await sendTest(page, say)
    await watchLive(page, say)
    await findAndRetry(page, say)
    if (atLength(false, true)) {
      await followCall(page, say)
      await replay(page, say)
      await rotate(page, say)
    }
    // Nobody was signed in at first, a form was refused, and part of an id, typed slowly, names nothing: the browser notes all three.
    expect(complaints.filter((line) => !/status of 40[014]/.test(line))).toEqual([])
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
  await url.fill(here.world.bad.url(`/newcomer-${say.language}`))
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
  await here.world.client.events.publish({ type: 'call.completed', data: { call_id: `live-${say.language}` } })
  const rows = page.getByRole('list', { name: say.deliveries }).getByRole('listitem')
  await until(
    () => rows.count(),
    (count) => count >= 2,
  )
  await page.getByRole('button', { name: say.live }).click()
}

async function findAndRetry(page: Page, say: Spoken): Promise<void> {
  const { client } = here.world
  const webhook = (await client.webhooks.list()).data.find(({ url }) => url.endsWith(`-${say.language}`))
  await client.webhooks.update(webhook?.id ?? '', { retrySchedule: [0] })
  const { id } = await client.events.publish({ type: 'call.completed', data: { call_id: `call-${say.language}` } })
  await here.world.settledOf(id)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: say.find }).waitFor()
  await page.keyboard.type(id)
  await page.getByRole('option', { name: id }).click()
  await page.getByRole('link', { name: `call-${say.language}` }).click()
  await page.getByRole('heading', { name: `call-${say.language}` }).waitFor()
  await page.getByRole('link', { name: `/newcomer-${say.language} ${say.reason}` }).click()
  await page.getByText(say.noMore).waitFor()
  here.world.bad.answer(() => ({ status: 200, body: 'mended' }))
  await page.getByRole('button', { name: say.retry }).click()
  await page.getByText(say.delivered).waitFor()
  here.world.bad.answer(() => ({ status: 401, body: '{"error":"bad signature"}' }))
}

/** A call comes while one watches; its id, typed anywhere, leads to it, and from there to what failed. */
async function followCall(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: say.deliveries, exact: true }).click()
  await page.getByRole('button', { name: say.live }).click()
  await page.getByText(say.isLive).waitFor()
  const { address, workspaceId, apiKey } = here.world.timbre
  const { code, stderr } = await runTimbre(['simulate', 'call', '--speed', '0'], {
    TIMBRE_BASE_URL: address,
    TIMBRE_WORKSPACE_ID: workspaceId,
    TIMBRE_API_KEY: apiKey,
  })
  expect([code, stderr]).toEqual([0, ''])
  const [call] = (await here.world.client.calls.list({ limit: 1 })).data
  const callId = call?.callId ?? ''
  const [completed] = (await here.world.client.events.list({ callId, type: 'call.completed' })).data
  await page
    .locator(`a[href*="${await deliveryOf(completed?.id ?? '')}"]`)
    .first()
    .waitFor()
  await page.getByRole('button', { name: say.live }).click()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: say.find }).waitFor()
  await page.keyboard.type(callId)
  await page.getByRole('option', { name: callId }).click()
  await page.getByRole('heading', { name: callId }).waitFor()
  await page
    .getByRole('link', { name: `/newcomer-${say.language} ${say.reason}` })
    .first()
    .click()
  await page.getByText(say.reason).first().waitFor()
}

async function deliveryOf(eventId: string): Promise<string> {
  await here.world.settledOf(eventId)
  return (await here.world.client.deliveries.list({ eventId })).data[0]?.id ?? ''
}

/** What failed for good in the last day is counted, sent again, and arrives. */
async function replay(page: Page, say: Spoken): Promise<void> {
  here.world.bad.answer(() => ({ status: 200, body: 'mended' }))
  await page
    .getByRole('link', { name: `/newcomer-${say.language}` })
    .first()
    .click()
  await page.getByRole('heading', { name: `/newcomer-${say.language}`, level: 1 }).waitFor()
  await page.getByRole('button', { name: say.countFirst }).click()
  await page.getByRole('button', { name: say.startReplay }).click()
  await page.getByText(say.replayFinished).waitFor()
  const webhook = await ownWebhook(say)
  await until(
    async () => (await here.world.client.webhooks.listDeliveries(webhook.id, { status: 'failed' })).data.length,
    // The test that was sent at first is no event that could be replayed.
    (failed) => failed === 1,
  )
}

/** The receiver still has the old secret: the test says so and nothing is lost; with the new one it takes the test. */
async function rotate(page: Page, say: Spoken): Promise<void> {
  const webhook = await ownWebhook(say)
  let trusted = (await here.world.client.webhooks.getSecret(webhook.id)).secret
  here.world.bad.answer(async ({ headers, body }) => {
    const isOurs = await verifySignature(body, headers, trusted).then(
      () => true,
      () => false,
    )
    return isOurs ? { status: 200, body: 'verified' } : { status: 401, body: '{"error":"bad signature"}' }
  })
  await page.getByRole('button', { name: say.rotate, exact: true }).click()
  const assistant = page.getByRole('dialog', { name: say.rotateTitle })
  await assistant.getByRole('button', { name: say.newSecret }).click()
  await assistant.getByText(say.timeLeft).waitFor()
  const shown = (await assistant.locator('code').first().textContent()) ?? ''
  expect(shown).toBe((await here.world.client.webhooks.getSecret(webhook.id)).secret)
  await assistant.getByRole('button', { name: say.testNewSecret }).click()
  await assistant.getByText(say.newSecretRefused).waitFor()
  await assistant.getByText(say.nothingLost).waitFor()
  const { id } = await here.world.client.events.publish({
    type: 'call.completed',
    data: { call_id: `kept-${say.language}` },
  })
  await here.world.settledOf(id)
  const reached = (await here.world.client.deliveries.list({ eventId: id, webhookId: webhook.id })).data
  expect(reached).toMatchObject([{ status: 'success', attempts: 1 }])
  trusted = shown
  await assistant.getByRole('button', { name: say.testNewSecret }).click()
  await assistant.getByText(say.newSecretTaken).waitFor()
  await assistant.getByRole('button', { name: say.done }).click()
  // The countdown goes on where one sees it without asking for the secret.
  await page.reload()
  await page.getByText(say.timeLeft).waitFor()
  expect(await page.getByText(shown).count()).toBe(0)
}

async function ownWebhook(say: Spoken) {
  const { data } = await here.world.client.webhooks.list({ limit: 100 })
  const own = data.find(({ url }) => url.endsWith(`/newcomer-${say.language}`))
  if (own === undefined) throw new Error('The webhook is not there.')
  return own
}
