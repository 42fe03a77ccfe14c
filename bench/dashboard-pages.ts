// Owns how soon each page of the dashboard can be used where a workspace has a million deliveries:
// `node bench/dashboard-pages.ts [DELIVERIES]` prints a table. It asserts nothing: a time is a statement about one machine.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser, visit } from '../test/browser/browser.ts'
import { DashboardWorld } from '../test/browser/dashboard-world.ts'
import { OPERATOR_ROUTES, pageOf, type ShownIds, WORKSPACE_ROUTES } from '../test/browser/pages.ts'
import { WORDS } from '../test/browser/words.ts'
import { callIdOf, fillWorkspace, RARE_TYPE } from './fill-workspace.ts'

const WEBHOOKS = 20
const ROUNDS = 3
const BUDGET_MS = 500
/** Where one comes from to the page that one comes from to all others. */
const AWAY_FROM_THERE: Readonly<Record<string, string>> = { '/verify': '/keys', '/workspaces': '/audit-log' }

interface Measured {
  readonly name: string
  readonly path: string
}
interface Filled {
  readonly own: readonly Measured[]
  /** Of the installation, for the operator. */
  readonly operators: readonly Measured[]
}

const deliveries = Number(process.argv[2] ?? 1_000_000)
const world = await new DashboardWorld().start()
const browser = await launchBrowser()
try {
  const { own, operators } = await fill()
  console.log(
    `${deliveries} deliveries, ${WEBHOOKS} webhooks; milliseconds until a page can be used, the fastest of ${ROUNDS}\n`,
  )
  console.log(`${'page'.padEnd(44)}${'loaded anew'.padStart(12)}${'from another'.padStart(14)}`)
  const viewport = { width: 1280, height: 800 }
  const { page } = await visit(browser, world.timbre.address, { viewport })
  await world.signIn(page, WORDS.en)
  const operator = await visit(browser, world.timbre.address, { viewport })
  await world.signInAsOperator(operator.page, WORDS.en)
  const slow = [...(await measure(page, own, '/verify')), ...(await measure(operator.page, operators, '/workspaces'))]
  console.log(`\n${slow.length === 0 ? 'All' : 'Not all'} within ${BUDGET_MS} ms. ${slow.join(', ')}`)
} finally {
  await browser.close()
  await world.stop()
}

/** Prints a line for each. Returns the names of those that take too long. */
async function measure(page: Page, pages: readonly Measured[], away: string): Promise<string[]> {
  const slow: string[] = []
  for (const { name, path } of pages) {
    const fresh = await fastest(() => freshLoad(page, path))
    const within = await fastest(() => fromAnother(page, path, path === away ? AWAY_FROM_THERE[away] : away))
    if (fresh > BUDGET_MS || within > BUDGET_MS) slow.push(name)
    console.log(`${name.padEnd(44)}${fresh.toFixed(0).padStart(12)}${within.toFixed(0).padStart(14)}`)
  }
  return slow
}

async function fill(): Promise<Filled> {
  const shown = await world.fillEverything()
  const { webhooks } = world.client
  const ids: string[] = []
  for (let nth = 0; nth < WEBHOOKS; nth++) {
    const url = world.good.url(`/hook-${nth}`)
    ids.push((await webhooks.create({ url, eventKeys: ['call.completed', 'call.status.updated'] })).id)
  }
  await world.timbre.stop()
  const startedAt = performance.now()
  const { workspaceId, dataDir } = world.timbre
  fillWorkspace({ file: join(dataDir, 'timbre.db'), workspaceId, webhookIds: ids, deliveries })
  console.log(`filled in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  await world.timbre.start()
  return pagesOf({ ...shown, ...(await world.newest(ids[3] ?? '')), callId: callIdOf(deliveries / 4) })
}

/** One for each route, and what else they show where there is so much. */
function pagesOf(shown: ShownIds): Filled {
  const { webhookId, deliveryId, callId } = shown
  const ofRoutes = (routes: readonly string[]) => routes.map((name) => ({ name, path: pageOf(name, shown) }))
  const more = [
    ['Deliveries, failed', '/deliveries?status=failed'],
    ['Deliveries of a rare type', `/deliveries?type=${RARE_TYPE}`],
    ['Deliveries of a webhook', `/deliveries?webhook=${webhookId}`],
    ['Deliveries of a call', `/deliveries?call=${callId}`],
    ['A delivery beside the list', `/deliveries?open=${deliveryId}`],
    ['Calls of a number', '/calls?number=%2B34600000007'],
    ['Events of a rare type', `/events?type=${RARE_TYPE}`],
    ['Events that no webhook got', '/events?undelivered=yes'],
    ['Overview of a month', '/overview?span=30d'],
  ] as const
  return {
    own: [...ofRoutes(WORKSPACE_ROUTES), ...more.map(([name, path]) => ({ name, path }))],
    operators: ofRoutes(OPERATOR_ROUTES),
  }
}

/** With the files in the browser's cache, as for whoever was here before. */
async function freshLoad(page: Page, path: string): Promise<number> {
  await page.goto(path, { waitUntil: 'commit' })
  return usableAt(page, 0)
}

async function fromAnother(page: Page, path: string, from = '/verify'): Promise<number> {
  await world.open(page, from)
  const before = await page.title()
  const startedAt = await page.evaluate((to) => {
    const now = performance.now()
    history.pushState({}, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
    return now
  }, path)
  return usableAt(page, startedAt, before)
}

/**
 * When the page has its heading and nothing loads any more, by its own clock: milliseconds after `startedAt`.
 * @param before the title of the page before, which stays until the next one has its code
 */
async function usableAt(page: Page, startedAt: number, before = ''): Promise<number> {
  const at = await page.evaluate(
    (titleBefore) =>
      new Promise<number>((resolve) => {
        // Of two frames one after the other, so that what a first paint asks for is waited for as well.
        let quiet = 0
        const look = () => {
          const isUsable = document.querySelector('main h1, main h2') !== null
          const isLoading = document.querySelector('main .animate-pulse') !== null
          const isThere = document.title !== titleBefore
          quiet = isUsable && !isLoading && isThere ? quiet + 1 : 0
          if (quiet >= 2) resolve(performance.now())
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }),
    before,
  )
  // An error is there at once, and no page.
  const alerts = await page.locator('main [role=alert]:has(h2)').allTextContents()
  if (alerts.length > 0) throw new Error(`${page.url()} shows an error: ${alerts.join()}`)
  return at - startedAt
}

/** Of several: what else runs on the machine only ever makes one slower. */
async function fastest(measure: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await measure())
  return best
}
