// The three doors to one dashboard: an operator, a key, a portal's link; and that nothing secret stays behind.
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { WORDS } from './words.ts'

const here = useDashboard(2)
const say = WORDS.en

describe.runIf(here.isThere)('the dashboard', () => {
  test('keeps a session over a new load, and no key where a script or a neighbour could read it', async () => {
    const { page, context } = await visit(here.browser, here.world.timbre.address)
    await here.world.signIn(page, say)
    await page.reload()
    await page.getByRole('heading', { name: say.overview, level: 1 }).waitFor()
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
    )
    expect(kept).not.toContain(here.world.timbre.apiKey)
    expect(kept).not.toMatch(/sk_|csrf/i)
    await page.getByRole('button', { name: say.signOut }).click()
    await page.getByRole('button', { name: say.signIn }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: say.signIn }).waitFor()
    await context.close()
  })

  test('opens every workspace to an operator', async () => {
    const { page, context } = await visit(here.browser, here.world.timbre.address)
    await page.goto('/webhooks')
    await page.getByLabel(say.apiKey).fill(here.world.timbre.adminKey)
    await page.getByRole('button', { name: say.signIn }).click()
    await page.getByRole('button', { name: here.world.timbre.workspaceId }).click()
    await page.getByRole('link', { name: '/billing' }).waitFor()
    await context.close()
  })

  test('shows a portal what it may do and nothing else, and takes the token out of the address', async () => {
    const { link = '' } = await here.world.client.portalSessions.create({
      capabilities: ['view', 'retry'],
      expiresInSeconds: 600,
      locale: 'es',
    })
    const { page, context } = await visit(here.browser, here.world.timbre.address)
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
    const { link = '' } = await here.world.client.portalSessions.create({
      capabilities: ['view'],
      expiresInSeconds: 600,
    })
    for (const outcome of [say.overview, say.linkOver]) {
      const { page, context } = await visit(here.browser, here.world.timbre.address)
      await page.goto(link)
      await page.getByText(outcome).first().waitFor()
      await context.close()
    }
  })
})
