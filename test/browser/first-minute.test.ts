// The first minute of an installation: an operator makes a workspace, the guide leads to a delivered, verified event, and a key is
// made, shown once and revoked.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useDashboard } from './dashboard-fixture.ts'
import { type Spoken, WORDS } from './words.ts'

const here = useDashboard()

describe.runIf(here.isThere)('the first minute', () => {
  test.each(['en', 'es'] as const)('leads from no workspace to a verified event and a key (%s)', async (language) => {
    const say = WORDS[language]
    const locale = language === 'en' ? 'en-GB' : 'es-ES'
    const { page, context, strangers } = await visit(here.browser, here.world.timbre.address, { locale })
    await here.world.signInAsOperator(page, say)
    await makeWorkspace(page, say)
    await followGuide(page, say)
    await makeAndRevokeKey(page, say)
    expect(strangers).toEqual([])
    await context.close()
  })
})

async function makeWorkspace(page: Page, say: Spoken): Promise<void> {
  const name = `Tenant ${say.language}`
  await page.getByRole('link', { name: say.workspaces, exact: true }).click()
  await page.getByRole('button', { name: say.newWorkspace }).first().click()
  await page.getByLabel(say.name).fill(name)
  await page.getByRole('button', { name: say.makeIt }).click()
  await page.getByRole('button', { name: `${say.open} ${name}` }).click()
  await page.getByRole('heading', { name: say.overview, level: 1 }).waitFor()
}

async function followGuide(page: Page, say: Spoken): Promise<void> {
  for (const step of [say.makeReceiver, say.addGuided, say.publishGuided])
    await page.getByRole('button', { name: step }).click()
  await page.getByRole('link', { name: say.arrived }).click()
  await page.getByText(say.signatureRight).first().waitFor()
  await page.getByRole('link', { name: say.overview, exact: true }).click()
  await page.getByRole('heading', { name: say.overview, level: 1 }).waitFor()
  expect(await page.getByRole('button', { name: say.makeReceiver }).count()).toBe(0)
}

async function makeAndRevokeKey(page: Page, say: Spoken): Promise<void> {
  await page.getByRole('link', { name: say.keys, exact: true }).click()
  await page.getByRole('button', { name: say.newKey }).first().click()
  await page.getByLabel(say.name).fill('Publisher')
  await page.getByRole('button', { name: say.makeKey }).click()
  await page.getByRole('button', { name: say.haveIt }).waitFor()
  const key = (await page.getByRole('dialog').locator('code').first().textContent()) ?? ''
  expect(key).toMatch(/^sk_live_[0-9a-f]{48}$/)
  await page.getByRole('button', { name: say.haveIt }).click()
  await page.getByText('sk_live_', { exact: false }).first().waitFor()
  expect(await page.content()).not.toContain(key)
  await page.getByRole('button', { name: `${say.revoke} Publisher` }).click()
  await page.getByRole('dialog').getByRole('button', { name: say.revoke, exact: true }).click()
  await page.getByText(say.revoked).first().waitFor()
}
