// The three doors to one dashboard: an operator, a key, a portal's link; and that nothing secret stays behind.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, launchBrowser, visit } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'
import { WORDS } from './words.ts'

const isThere = hasBrowser()
const say = WORDS.en
let world: DashboardWorld
let browser: Browser

beforeAll(async () => {
  if (!isThere) return
  world = new DashboardWorld()
  await world.start()
  browser = await launchBrowser()
  await world.fill(2)
})

afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

describe.runIf(isThere)('the dashboard', () => {
  test('keeps a session over a new load, and no key where a script or a neighbour could read it', async () => {
    const { page, context } = await visit(browser, world.timbre.address)
    await world.signIn(page, say)
    await page.reload()
    await page.getByRole('heading', { name: say.overview, level: 1 }).waitFor()
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
    )
    expect(kept).not.toContain(world.timbre.apiKey)
    expect(kept).not.toMatch(/sk_|csrf/i)
    await page.getByRole('button', { name: say.signOut }).click()
    await page.getByRole('button', { name: say.signIn }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: say.signIn }).waitFor()
    await context.close()
  })

  test('opens every workspace to an operator', async () => {
    const { page, context } = await visit(browser, world.timbre.address)
    await page.goto('/webhooks')
    await page.getByLabel(say.apiKey).fill(world.timbre.adminKey)
    await page.getByRole('button', { name: say.signIn }).click()
    await page.getByRole('button', { name: world.timbre.workspaceId }).click()
    await page.getByRole('link', { name: '/billing' }).waitFor()
    await context.close()
  })

  test('shows a portal what it may do and nothing else, and takes the token out of the address', async () => {
    const { link = '' } = await world.client.portalSessions.create({
      capabilities: ['view', 'retry'],
      expiresInSeconds: 600,
      locale: 'es',
    })
    const { page, context } = await visit(browser, world.timbre.address)
    await page.goto(link)
    await page.getByRole('heading', { name: WORDS.es.overview, level: 1 }).waitFor()
    expect(page.url()).not.toContain(new URL(link).hash)
    expect(page.url()).not.toContain('portal')
    await page.getByRole('link', { name: WORDS.es.webhooks, exact: true }).click()
    // Until then the deliveries of that webhook are links of the same name.
    await page.getByRole('heading', { name: WORDS.es.webhooks, level: 1 }).waitFor()
    await page.getByRole('link', { name: '/billing' }).click()
    await page.getByRole('heading', { name: '/billing' }).waitFor()
    await page.getByRole('checkbox').first().waitFor()
    expect(await page.getByRole('checkbox', { disabled: false }).count()).toBe(0)
    expect(await page.getByRole('button', { name: /Rotar|Mostrar|Eliminar|Pausar|Enviar ahora/ }).count()).toBe(0)
    await context.close()
  })

  test('says of a link that was followed before that it is good no more', async () => {
    const { link = '' } = await world.client.portalSessions.create({ capabilities: ['view'], expiresInSeconds: 600 })
    for (const outcome of [say.overview, say.linkOver]) {
      const { page, context } = await visit(browser, world.timbre.address)
      await page.goto(link)
      await page.getByText(outcome).first().waitFor()
      await context.close()
    }
  })
})
