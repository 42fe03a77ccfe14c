// A printed delivery is evidence: all of its attempts with what went over the wire, of which workspace, from where and when.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, launchBrowser, visit } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'
import { WORDS } from './words.ts'

const isThere = hasBrowser()
let world: DashboardWorld
let browser: Browser

beforeAll(async () => {
  if (!isThere) return
  world = new DashboardWorld()
  await world.start()
  browser = await launchBrowser()
  await world.fill(1)
})

afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

describe.runIf(isThere)('a printed delivery', () => {
  test('has every attempt open, on white whatever the theme is, and nothing to be clicked', async () => {
    const { page, context } = await visit(browser, world.timbre.address, { colorScheme: 'dark' })
    await world.signIn(page, WORDS.en)
    await page.getByLabel(WORDS.en.theme).first().selectOption('dark')
    const [failed] = (await world.client.deliveries.list({ status: 'failed' })).data
    await world.open(page, `/deliveries/${failed?.id}`)
    expect(failed?.attempts).toBeGreaterThan(1)
    await page.getByText('bad signature').waitFor()
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await expect.poll(() => page.getByText('bad signature').count()).toBe(failed?.attempts)
    await page.getByText(`Workspace ${world.timbre.workspaceId}, from ${world.timbre.address}, printed at`).waitFor()
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0)
    expect(await page.getByRole('button', { name: WORDS.en.retry }).filter({ visible: true }).count()).toBe(0)
    const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(paper).toBe('rgb(255, 255, 255)')
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await expect.poll(() => page.getByText('bad signature').count()).toBe(1)
    await context.close()
  })
})
