// What the dashboard weighs: scripts and requests of the first load, and that nothing jumps while a page comes.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { OPERATOR_ROUTES, pageOf, WORKSPACE_ROUTES } from './pages.ts'
import { WORDS } from './words.ts'

const here = useDashboard()
const SCRIPT_BYTES_MAX = 250 * 1024
const STYLE_BYTES_MAX = 30 * 1024
const REQUESTS_MAX = 25
/** Google's "good" is 0.1; what jumps at all here is a fault. */
const LAYOUT_SHIFT_MAX = 0.02
/** Whose network never rests: they watch something. */
const STREAMING: readonly string[] = ['/test-receivers']

describe.runIf(here.isThere)('the dashboard', () => {
  test('has at most 250 kB of compressed scripts at its first load, and asks for few files', async () => {
    const { page, context } = await visit(here.browser, here.world.timbre.address)
    const loaded: { readonly path: string; readonly bytes: number }[] = []
    const pending: Promise<unknown>[] = []
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname
      const sizes = response.request().sizes()
      pending.push(sizes.then(({ responseBodySize: bytes }) => loaded.push({ path, bytes })).catch(() => {}))
    })
    await here.world.signIn(page, WORDS.en)
    await page.waitForLoadState('networkidle')
    await Promise.all(pending)
    const bytesOf = (end: string) =>
      loaded.filter(({ path }) => path.endsWith(end)).reduce((sum, { bytes }) => sum + bytes, 0)
    expect(bytesOf('.js')).toBeGreaterThan(0)
    expect(bytesOf('.js')).toBeLessThan(SCRIPT_BYTES_MAX)
    expect(bytesOf('.css')).toBeLessThan(STYLE_BYTES_MAX)
    expect(loaded.length, loaded.map(({ path }) => path).join(' ')).toBeLessThan(REQUESTS_MAX)
    await context.close()
  })

  test('moves nothing on any screen while what it shows comes', async () => {
    const shown = await here.world.fillEverything()
    for (const width of [1280, 360]) {
      const viewport = { width, height: 800 }
      const own = await visit(here.browser, here.world.timbre.address, { viewport })
      await here.world.signIn(own.page, WORDS.en)
      for (const route of WORKSPACE_ROUTES) await expectStill(own.page, pageOf(route, shown), width)
      await own.context.close()
      const operator = await visit(here.browser, here.world.timbre.address, { viewport })
      await here.world.signInAsOperator(operator.page, WORDS.en)
      for (const route of OPERATOR_ROUTES) await expectStill(operator.page, pageOf(route, shown), width)
      await operator.context.close()
    }
  }, 600_000)
})

async function expectStill(page: Page, path: string, width: number): Promise<void> {
  await page.goto(path)
  await here.world.loaded(page)
  if (!STREAMING.includes(path)) await page.waitForLoadState('networkidle')
  expect(await layoutShift(page), `${path} at ${width}`).toBeLessThanOrEqual(LAYOUT_SHIFT_MAX)
}

/** Of the whole life of the page, as the Layout Instability API counts it. */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { readonly value: number }).value
        }).observe({ type: 'layout-shift', buffered: true })
        // What is buffered is told with the next frame.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
      }),
  )
}
