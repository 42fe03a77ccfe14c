// What holds on every page, in both languages, both themes, narrow and wide: it can be used by everybody, nothing that somebody
// else wrote runs, and nobody else is asked.
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCREENS } from '../../dashboard/src/screens.ts'
import { atLength } from '../support/at-length.ts'
import { hasBrowser, launchBrowser, type Visit, visit } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'
import { HOSTILE } from './hostile-texts.ts'
import { OPERATOR_ROUTES, pageOf, ROUTE_PATHS, WORKSPACE_ROUTES } from './pages.ts'
import { WORDS } from './words.ts'

const isThere = hasBrowser()
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Of every kind of field, with hostile texts where somebody chooses them. */
const OWN_TYPE = {
  key: 'own.order',
  title: (HOSTILE[0] ?? '').slice(0, 120),
  description: HOSTILE.slice(0, 6).join(' '),
  schema: {
    type: 'object',
    required: ['order'],
    properties: {
      order: { type: 'string', description: HOSTILE[1] },
      isPaid: { type: 'boolean' },
      total: { type: ['number', 'null'] },
      state: { enum: ['open', HOSTILE[2]] },
      lines: { type: 'array', items: { type: 'string' } },
      customer: { type: 'object', properties: { name: { type: 'string', examples: [HOSTILE[3]] } } },
    },
  },
  example: { order: HOSTILE[1], customer: { name: HOSTILE[3] } },
}

let world: DashboardWorld
let browser: Browser
let paths: readonly string[] = []
let operatorPaths: readonly string[] = []

beforeAll(async () => {
  if (!isThere) return
  world = new DashboardWorld()
  await world.start()
  browser = await launchBrowser()
  const { bad } = await world.fill(6)
  const source = await world.fillSource()
  const hostileSource = await world.fillSource(HOSTILE.slice(0, 4).join(' '))
  await world.fillHostile(HOSTILE)
  await world.client.eventTypes.create(OWN_TYPE)
  await world.fillSettings(HOSTILE)
  const { data } = await world.client.deliveries.list({ limit: 250 })
  const hostile = data.find(({ eventId }) => eventId.startsWith('evt_hostile'))
  const failed = data.find(({ status, webhookId }) => status === 'failed' && webhookId === bad.id)
  if (hostile === undefined) throw new Error('Of the hostile events there is no delivery.')
  const { id: deliveryId, eventId, webhookId } = hostile
  const callId = HOSTILE[0] ?? ''
  const shown = { deliveryId, eventId, webhookId, callId, sourceId: hostileSource.id, key: OWN_TYPE.key }
  operatorPaths = [...OPERATOR_ROUTES.map((route) => pageOf(route, shown)), '/audit-log?workspace=none']
  paths = [
    ...WORKSPACE_ROUTES.map((route) => pageOf(route, shown)),
    // Without hostile texts they look otherwise, and so does what has nothing to show.
    '/overview?span=1h',
    `/deliveries?open=${failed?.id}`,
    `/deliveries/${failed?.id}`,
    '/deliveries?type=no.such',
    '/calls/call_1',
    `/calls/${source.callId}`,
    '/calls?provider=twilio',
    '/events/publish?type=own.order',
    '/event-types/call.completed',
    `/webhooks/${bad.id}`,
    `/webhooks/${bad.id}/edit`,
    `/sources/${source.id}`,
    '/nothing-here',
  ]
})

afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

const LANGUAGES = ['en', 'es'] as const
const LOOKS = LANGUAGES.flatMap((language) =>
  (['light', 'dark'] as const).flatMap((colorScheme) => [1280, 360].map((width) => ({ language, colorScheme, width }))),
)
/** Each language, theme and width at least once, and each page in one of them; at length, everything with everything. */
const SHORT = LOOKS.filter(
  ({ language, colorScheme, width }) =>
    (language === 'en') === (width === 1280) && (language === 'en') === (colorScheme === 'light'),
)

describe.runIf(isThere)('every page', () => {
  test('in every language, theme and width has no fault that axe finds, fits, and runs nothing of others', async () => {
    for (const [turn, { language, colorScheme, width }] of atLength(SHORT, LOOKS).entries()) {
      const locale = language === 'en' ? 'en-GB' : 'es-ES'
      const viewport = { width, height: 800 }
      const visited = await visit(browser, world.timbre.address, { locale, colorScheme, viewport })
      const { page } = visited
      const look = `${language} ${colorScheme} ${width}`
      await page.goto('/')
      await expectClean(page, `${look} the door`)
      await world.signIn(page, WORDS[language])
      for (const path of paths.filter((_, at) => atLength(at % SHORT.length === turn, true))) {
        await world.open(page, path)
        await expectClean(page, `${look} ${path}`)
      }
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: WORDS[language].find }).waitFor()
      await expectClean(page, `${look} the palette`)
      expectQuiet(visited)
      await visited.context.close()
      const operator = await visit(browser, world.timbre.address, { locale, colorScheme, viewport })
      await world.signInAsOperator(operator.page, WORDS[language])
      for (const path of operatorPaths.filter((_, at) => atLength(at % SHORT.length === turn, true))) {
        await world.open(operator.page, path)
        await expectClean(operator.page, `${look} ${path}`)
      }
      expectQuiet(operator)
      await operator.context.close()
    }
  }, 2_700_000)
})

test('the pages that are looked at are those of the router', () => {
  expect(OPERATOR_ROUTES).toEqual(['/instance', '/workspaces', '/audit-log'])
  expect(ROUTE_PATHS.length).toBe(new Set(ROUTE_PATHS).size)
  const screens = new Set(ROUTE_PATHS.map((path) => path.split('/')[1]))
  expect([...screens].toSorted()).toEqual(SCREENS.filter((screen) => screen !== 'portal'))
})

/** Nobody else was asked, and the policy was not broken. */
function expectQuiet({ strangers, complaints }: Visit): void {
  expect(strangers).toEqual([])
  expect(complaints.filter((line) => /policy|trusted/i.test(line))).toEqual([])
}

async function expectClean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  expect(found, where).toEqual([])
  const isWider = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  expect(isWider, `${where} scrolls sideways`).toBe(false)
  expect(await page.evaluate(() => 'pwned' in window), `${where} ran what somebody else wrote`).toBe(false)
}
