// Owns how soon each page of the dashboard can be used where a workspace has a million deliveries:
// `node bench/dashboard-pages.ts [DELIVERIES]` prints a table. It asserts nothing: a time is a statement about one machine.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser, visit } from '../test/browser/browser.ts'
import { DashboardWorld } from '../test/browser/dashboard-world.ts'
import { WORDS } from '../test/browser/words.ts'
import { callIdOf, fillWorkspace, RARE_TYPE } from './fill-workspace.ts'

const WEBHOOKS = 20
const ROUNDS = 3
const BUDGET_MS = 500

const deliveries = Number(process.argv[2] ?? 1_000_000)
const world = await new DashboardWorld().start()
const browser = await launchBrowser()
try {
  const paths = await fill()
  const { page } = await visit(browser, world.timbre.address, { viewport: { width: 1280, height: 800 } })
  await world.signIn(page, WORDS.en)
  console.log(
    `${deliveries} deliveries, ${WEBHOOKS} webhooks; milliseconds until a page can be used, the fastest of ${ROUNDS}\n`,
  )
  console.log(`${'page'.padEnd(44)}${'loaded anew'.padStart(12)}${'from another'.padStart(14)}`)
  let isWithin = true
  for (const [name, path] of paths) {
    const fresh = await fastest(() => freshLoad(page, path))
    const within = await fastest(() => fromAnother(page, path))
    isWithin &&= fresh <= BUDGET_MS && within <= BUDGET_MS
    console.log(`${name.padEnd(44)}${fresh.toFixed(0).padStart(12)}${within.toFixed(0).padStart(14)}`)
  }
  console.log(`\n${isWithin ? 'All' : 'Not all'} within ${BUDGET_MS} ms.`)
} finally {
  await browser.close()
  await world.stop()
}

/** Pages by what they show. */
async function fill(): Promise<readonly (readonly [name: string, path: string])[]> {
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
  const [newest] = (await world.client.deliveries.list({ limit: 1 })).data
  const call = callIdOf(deliveries / 4)
  return [
    ['Deliveries', '/deliveries'],
    ['Deliveries, failed', '/deliveries?status=failed'],
    ['Deliveries of a rare type', `/deliveries?type=${RARE_TYPE}`],
    ['Deliveries of a webhook', `/deliveries?webhook=${ids[3]}`],
    ['Deliveries of a call', `/deliveries?call=${call}`],
    ['A delivery beside the list', `/deliveries?open=${newest?.id}`],
    ['A delivery', `/deliveries/${newest?.id}`],
    ['Calls', '/calls'],
    ['Calls of a number', '/calls?number=%2B34600000007'],
    ['A call', `/calls/${call}`],
    ['Events', '/events'],
    ['Events of a rare type', `/events?type=${RARE_TYPE}`],
    ['Events that no webhook got', '/events?undelivered=yes'],
    ['An event', `/events/${newest?.eventId}`],
    ['Publish an event', '/events/publish'],
    ['Edit and send as a test', `/events/test?event=${newest?.eventId}`],
    ['Event types', '/event-types'],
    ['An event type', '/event-types/call.completed'],
    ['Add an event type', '/event-types/new'],
    ['Webhooks', '/webhooks'],
    ['A webhook', `/webhooks/${ids[3]}`],
    ['Edit a webhook', `/webhooks/${ids[3]}/edit`],
  ]
}

/** With the files in the browser's cache, as for whoever was here before. */
async function freshLoad(page: Page, path: string): Promise<number> {
  await page.goto(path, { waitUntil: 'commit' })
  return usableAt(page, 0)
}

async function fromAnother(page: Page, path: string): Promise<number> {
  await world.open(page, '/verify')
  const startedAt = await page.evaluate((to) => {
    const now = performance.now()
    history.pushState({}, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
    return now
  }, path)
  return usableAt(page, startedAt)
}

/** When the page has its heading and nothing loads any more, by its own clock: milliseconds after `startedAt`. */
async function usableAt(page: Page, startedAt: number): Promise<number> {
  const at = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        // Of two frames one after the other, so that what a first paint asks for is waited for as well.
        let quiet = 0
        const look = () => {
          const isUsable = document.querySelector('main h1, main h2') !== null
          const isLoading = document.querySelector('main .animate-pulse') !== null
          // The page before stays until the next one has its code.
          const isThere = !document.title.startsWith('Verify')
          quiet = isUsable && !isLoading && isThere ? quiet + 1 : 0
          if (quiet >= 2) resolve(performance.now())
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }),
  )
  // An error is there at once, and no page.
  const alerts = await page.locator('main [role=alert]').allTextContents()
  if (alerts.length > 0) throw new Error(`${page.url()} shows an error: ${alerts.join()}`)
  return at - startedAt
}

/** Of several: what else runs on the machine only ever makes one slower. */
async function fastest(measure: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await measure())
  return best
}
