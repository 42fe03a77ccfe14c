// A portal in a frame of another site, over HTTPS as the browser's cookies need it: what its capabilities forbid is not there and
// is refused, its theme and language are those of the session, and a page that was not named may not show it.
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, launchBrowser } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'
import { HttpsFront } from './https-front.ts'
import { WORDS } from './words.ts'

const isThere = hasBrowser()
let world: DashboardWorld
let front: HttpsFront
let browser: Browser

beforeAll(async () => {
  if (!isThere) return
  front = await HttpsFront.start(() => world.timbre.address)
  world = new DashboardWorld({ TIMBRE_PUBLIC_URL: front.timbreOrigin, TIMBRE_FRAME_ANCESTORS: front.hostOrigin })
  await world.start()
  browser = await launchBrowser()
  await world.fill(2)
})

afterAll(async () => {
  await browser?.close()
  await front?.stop()
  await world?.stop()
})

type Capability = 'view' | 'manage' | 'secrets' | 'retry' | 'replay' | 'publish'

async function openFramed(
  capabilities: Capability[],
  look: { readonly locale?: 'en' | 'es'; readonly theme?: 'light' | 'dark' } = {},
) {
  const made = await world.client.portalSessions.create({ capabilities, expiresInSeconds: 600, ...look })
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB', colorScheme: 'light' })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(front.framed(made.link ?? ''))
  return { page, context, id: made.id }
}

async function frameOf(page: Page, heading: string): Promise<Frame> {
  await page.frameLocator('iframe').getByRole('heading', { name: heading, level: 1 }).waitFor()
  const frame = page.frames().find((one) => one.url().startsWith(front.timbreOrigin))
  if (frame === undefined) throw new Error('The portal is in no frame.')
  return frame
}

const { en, es } = WORDS

describe.runIf(isThere)('a portal in a frame of another site', () => {
  test('signs in, keeps its session over a new load, and its token is in no address', async () => {
    const { page, context } = await openFramed(['view'])
    const frame = await frameOf(page, en.overview)
    expect(new URL(frame.url()).hash).toBe('')
    await frame.evaluate(() => location.reload())
    await frameOf(page, en.overview)
    const [cookie] = (await context.cookies(front.timbreOrigin)).filter(({ httpOnly }) => httpOnly)
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None' })
    await context.close()
  })

  test('has the language and the theme of its session, whatever those of the browser are', async () => {
    const { page, context } = await openFramed(['view'], { locale: 'es', theme: 'dark' })
    const frame = await frameOf(page, es.overview)
    const look = await frame.evaluate(() => ({
      language: document.documentElement.lang,
      theme: document.documentElement.dataset['theme'],
      scheme: getComputedStyle(document.documentElement).colorScheme,
      background: getComputedStyle(document.documentElement).backgroundColor,
    }))
    expect(look).toMatchObject({ language: 'es', theme: 'dark', scheme: 'dark', background: 'rgb(13, 19, 34)' })
    await context.close()
  })

  test('does not offer what its capabilities forbid, and is refused it when it asks all the same', async () => {
    const { page, context } = await openFramed(['view'])
    const frame = await frameOf(page, en.overview)
    const failed = (await world.client.deliveries.list({ status: 'failed' })).data[0]
    await go(frame, `/deliveries/${failed?.id}`, 'Delivery')
    expect(await frame.getByRole('button', { name: en.retry }).count()).toBe(0)
    expect(await frame.getByRole('link', { name: en.editAndSend }).count()).toBe(0)
    await go(frame, '/events', en.events)
    expect(await frame.getByRole('link', { name: en.publish }).count()).toBe(0)
    await go(frame, '/event-types', en.eventTypes)
    expect(await frame.getByRole('link', { name: en.addType }).count()).toBe(0)
    const refused = await frame.evaluate(async (id) => {
      const { csrfToken } = (await (await fetch('/v1/session')).json()) as { csrfToken: string }
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrfToken }
      const ask = async (path: string, body: object) => {
        const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
        return [answer.status, ((await answer.json()) as { code: string }).code]
      }
      return [
        await ask('/v1/events', { type: 'call.completed', data: { call_id: 'c' } }),
        await ask(`/v1/webhooks/${id}/test`, { eventKey: 'call.completed', data: { call_id: 'c' } }),
        await ask(`/v1/webhooks/${id}/secret/rotate`, {}),
        await ask('/v1/event-types', { key: 'own.type' }),
        await ask('/v1/event-types/check', { schema: {} }),
      ]
    }, failed?.webhookId)
    expect(refused).toEqual([
      [403, 'CAPABILITY_MISSING'],
      [403, 'CAPABILITY_MISSING'],
      [403, 'CAPABILITY_MISSING'],
      [403, 'CLOSED_TO_PORTALS'],
      [403, 'CLOSED_TO_PORTALS'],
    ])
    await context.close()
  })

  test('does what its capabilities allow', async () => {
    const { page, context } = await openFramed(['view', 'retry', 'publish'])
    const frame = await frameOf(page, en.overview)
    const failed = (await world.client.deliveries.list({ status: 'failed' })).data[0]
    await go(frame, `/deliveries/${failed?.id}`, 'Delivery')
    world.bad.answer(() => ({ status: 200, body: 'mended' }))
    await frame.getByRole('button', { name: en.retry }).click()
    await frame.getByText(en.delivered).waitFor()
    await frame.getByRole('link', { name: en.editAndSend }).click()
    await frame.getByRole('button', { name: en.sendTest }).click()
    await frame.getByText(en.testTaken).waitFor()
    await context.close()
  })

  test('ends at once for its frame when it is ended', async () => {
    const { page, context, id } = await openFramed(['view'])
    const frame = await frameOf(page, en.overview)
    await world.client.portalSessions.end(id)
    await leadTo(frame, '/webhooks')
    await frame.getByText(en.expired).waitFor()
    await context.close()
  })

  test('is not shown by a page that was not named', async () => {
    const stranger = await HttpsFront.start(() => world.timbre.address)
    const { link = '' } = await world.client.portalSessions.create({ capabilities: ['view'], expiresInSeconds: 600 })
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    const refusals: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && refusals.push(message.text())))
    await page.goto(stranger.framed(link))
    await expect.poll(() => refusals.join()).toContain('frame-ancestors')
    expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0)
    await context.close()
    await stranger.stop()
  })
})

/** Another page within the frame, as a click would lead there. */
async function go(frame: Frame, path: string, heading: string): Promise<void> {
  await leadTo(frame, path)
  await frame.getByRole('heading', { name: heading, level: 1 }).waitFor()
}

function leadTo(frame: Frame, path: string): Promise<void> {
  return frame.evaluate((to) => {
    history.pushState({}, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
}
