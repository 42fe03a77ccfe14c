// Event types and what is done with them: a type of one's own with the verdict while one writes, an event published from the form
// with the service's sentences at the fields, and a past event edited and sent to one webhook as a test.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { type Spoken, WORDS } from './words.ts'

const here = useDashboard(1)

describe.runIf(here.isThere)('event types', () => {
  test.each(['en', 'es'] as const)('are written, published and tested (%s)', async (language) => {
    const say = WORDS[language]
    const locale = language === 'en' ? 'en-GB' : 'es-ES'
    const { page, context, complaints, strangers } = await visit(here.browser, here.world.timbre.address, { locale })
    await here.world.signIn(page, say)
    await writeType(page, say)
    await publish(page, say)
    await editAndSend(page, say)
    await removeType(page, say)
    expect(complaints.filter((line) => !/status of 40[019]/.test(line))).toEqual([])
    expect(strangers).toEqual([])
    await context.close()
  })
})

const keyOf = (say: Spoken) => `order.paid_${say.language}`
const SCHEMA = {
  type: 'object',
  required: ['order'],
  properties: { order: { type: 'string' }, total: { type: 'number' } },
}

async function writeType(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('link', { name: say.eventTypes, exact: true }).click()
  await page.getByRole('link', { name: say.addType }).click()
  await page.getByLabel(say.typeKey, { exact: true }).fill('call.completed')
  await write(page, say.schema, '{"type": "objekt"}')
  await page.getByText(say.oneFault).waitFor()
  await write(page, say.schema, '{"type": ')
  await page.getByText(say.notJson).first().waitFor()
  await write(page, say.schema, JSON.stringify(SCHEMA))
  await write(page, say.example, '{"order": 1}')
  await page.getByText('/order', { exact: true }).waitFor()
  await write(page, say.example, '{"order": "AB-1"}')
  await page.getByText(say.usable).waitFor()
  await page.getByRole('button', { name: say.createType, exact: true }).click()
  await expect.poll(() => page.getByLabel(say.typeKey, { exact: true }).getAttribute('aria-invalid')).toBe('true')
  await page.getByLabel(say.typeKey, { exact: true }).fill(keyOf(say))
  await page.getByRole('button', { name: say.createType, exact: true }).click()
  await page.getByRole('heading', { name: keyOf(say), level: 1 }).waitFor()
  await page.getByText(/export type OrderPaid\w+Data = \{/).waitFor()
}

async function publish(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('link', { name: say.publishOne }).click()
  const total = page.getByLabel('total')
  await total.fill('much')
  await page.getByRole('button', { name: say.publish, exact: true }).click()
  await expect.poll(() => total.getAttribute('aria-invalid')).toBe('true')
  await total.fill('19.99')
  await page.getByRole('button', { name: say.publish, exact: true }).click()
  await page.getByText(say.accepted).waitFor()
  await page.getByText(say.nobody).waitFor()
  const [event] = (await here.world.client.events.list({ type: keyOf(say) })).data
  expect((await here.world.client.events.get(event?.id ?? '')).data).toEqual({ order: 'AB-1', total: 19.99 })
}

async function editAndSend(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('link', { name: say.openEvent }).click()
  await page.getByRole('link', { name: say.editAndSend }).click()
  await page.getByLabel('order *').fill('AB-2')
  await page.getByRole('button', { name: 'JSON' }).click()
  await write(page, say.dataAsJson, '{"order": "AB-2", "total": 12345678901234567890}')
  await page
    .getByLabel(say.webhook, { exact: true })
    .selectOption({ label: here.world.good.url('/crm').replace('http://', '') })
  await page.getByRole('button', { name: say.sendTest }).click()
  await page.getByText(say.testTaken).waitFor()
  const got = here.world.good.requests.at(-1)?.body.toString() ?? ''
  expect(got).toContain('"data":{"order":"AB-2","total":12345678901234567890}')
  expect(JSON.parse(got)).toMatchObject({ type: keyOf(say) })
  const [tested, real] = (await here.world.client.events.list({ type: keyOf(say) })).data
  expect([tested?.isTest, real?.isTest]).toEqual([true, false])
}

async function removeType(page: Page, say: Spoken): Promise<void> {
  await here.world.open(page, `/event-types/${keyOf(say)}`)
  await page.getByRole('button', { name: say.deleteType, exact: true }).click()
  await page.getByRole('button', { name: say.deleteConfirm, exact: true }).click()
  await page.getByRole('heading', { name: say.eventTypes, level: 1 }).waitFor()
  await expect.poll(() => page.getByText(keyOf(say)).count()).toBe(0)
}

/** Into an editor, whatever stands in it. */
async function write(page: Page, label: string, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: label })
  await editor.click()
  await page.keyboard.press('Control+a')
  // As one pastes: nothing closes brackets for one who writes.
  await page.keyboard.insertText(text)
}
