// Owns what a test file of the dashboard needs: a world and a browser, for as long as its tests run.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { hasBrowser, launchBrowser } from './browser.ts'
import { DashboardWorld } from './dashboard-world.ts'

export interface DashboardFixture {
  /** Whether there is a browser: without one nothing is started, and the tests are not to run. */
  readonly isThere: boolean
  readonly world: DashboardWorld
  readonly browser: Browser
}

/**
 * To be called once by a file.
 * @param events so many are published beforehand to a webhook that does well and one that does not
 */
export function useDashboard(events = 0): DashboardFixture {
  const isThere = hasBrowser()
  let world: DashboardWorld | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    if (!isThere) return
    world = new DashboardWorld()
    await world.start()
    browser = await launchBrowser()
    if (events > 0) await world.fill(events)
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })
  return {
    isThere,
    get world() {
      return started(world)
    },
    get browser() {
      return started(browser)
    },
  }
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('It is there while the tests of the file run.')
  return part
}
