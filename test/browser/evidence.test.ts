// A printed delivery is evidence: all of its attempts with what went over the wire, of which workspace, from where and when.
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { WORDS } from './words.ts'

const here = useDashboard(1)

describe.runIf(here.isThere)('a printed delivery', () => {
  test('has every attempt open, on white whatever the theme is, and nothing to be clicked', async () => {
    const { page, context } = await visit(here.browser, here.world.timbre.address, { colorScheme: 'dark' })
    await here.world.signIn(page, WORDS.en)
    await page.getByLabel(WORDS.en.theme).first().selectOption('dark')
    const [failed] = (await here.world.client.deliveries.list({ status: 'failed' })).data
    await here.world.open(page, `/deliveries/${failed?.id}`)
    expect(failed?.attempts).toBeGreaterThan(1)
    await page.getByText('bad signature').waitFor()
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await expect.poll(() => page.getByText('bad signature').count()).toBe(failed?.attempts)
    await page
      .getByText(`Workspace ${here.world.timbre.workspaceId}, from ${here.world.timbre.address}, printed at`)
      .waitFor()
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0)
    expect(await page.getByRole('button', { name: WORDS.en.retry }).filter({ visible: true }).count()).toBe(0)
    const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(paper).toBe('rgb(255, 255, 255)')
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await expect.poll(() => page.getByText('bad signature').count()).toBe(1)
    await context.close()
  })
})

describe.runIf(here.isThere)('a number beyond 2^53', () => {
  test('is shown with the digits that were sent, of the event and of its delivery, also where it is made pretty', async () => {
    const { address, workspaceId, apiKey } = here.world.timbre
    const headers = { 'x-api-key': apiKey, 'x-workspace-id': workspaceId, 'content-type': 'application/json' }
    const body = '{"type":"call.completed","id":"evt_exact","data":{"call_id":"c","duration_ms":9007199254740993}}'
    expect((await fetch(`${address}/v1/events`, { method: 'POST', headers, body })).status).toBe(202)
    await here.world.settledOf('evt_exact')
    const [delivery] = (await here.world.client.deliveries.list({ eventId: 'evt_exact' })).data
    const { page, context } = await visit(here.browser, address)
    await here.world.signIn(page, WORDS.en)
    for (const path of ['/events/evt_exact', `/deliveries/${delivery?.id}`]) {
      await here.world.open(page, path)
      await page.getByText('"duration_ms": 9007199254740993').waitFor()
    }
    await context.close()
  })
})
