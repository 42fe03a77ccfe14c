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
