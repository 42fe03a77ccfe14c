// What the dashboard weighs: scripts and requests of the first load, and that nothing jumps while a page comes.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { WORDS } from './words.ts'

const here = useDashboard()
const SCRIPT_BYTES_MAX = 250 * 1024
const STYLE_BYTES_MAX = 30 * 1024
const REQUESTS_MAX = 25
/** Google's "good" is 0.1; what jumps at all here is a fault. */
const LAYOUT_SHIFT_MAX = 0.02

describe.runIf(here.isThere)('the dashboard', () => {
  test('has at most 250 kB of compressed scripts at its first load, and asks for few files', async () => {
    await here.world.fill(6)
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
    const [delivery] = (await here.world.client.deliveries.list({ limit: 1 })).data
    const paths = [
      '/deliveries',
      `/deliveries/${delivery?.id}`,
      '/calls',
      '/calls/call_1',
      '/events',
      `/events/${delivery?.eventId}`,
      '/events/publish',
      `/events/test?event=${delivery?.eventId}`,
      '/event-types',
      '/event-types/call.completed',
      '/event-types/new',
      '/overview',
      '/test-receivers',
      '/keys',
      '/portal-sessions',
      '/webhooks',
      `/webhooks/${delivery?.webhookId}`,
      '/verify',
    ]
    for (const width of [1280, 360]) {
      const { page, context } = await visit(here.browser, here.world.timbre.address, {
        viewport: { width, height: 800 },
      })
      await here.world.signIn(page, WORDS.en)
      for (const path of paths) {
        await page.goto(path)
        await page.locator('main').locator('h1').first().waitFor()
        await page.waitForLoadState('networkidle')
        expect(await layoutShift(page), `${path} at ${width}`).toBeLessThanOrEqual(LAYOUT_SHIFT_MAX)
      }
      await context.close()
    }
  }, 600_000)
})

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
