// Owns Chromium for tests: Debian's, with an empty profile, and no word to anybody but the server under test.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Whether there is a browser. Said once, so that nobody takes silence for success. */
export function hasBrowser(): boolean {
  if (existsSync(EXECUTABLE)) return true
  process.stdout.write(
    `The dashboard is not tested in a browser: there is no ${EXECUTABLE} (apt-get install chromium).\n`,
  )
  return false
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true })
}

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** What the console said that is no plain word: errors, refusals of the policy. */
  readonly complaints: readonly string[]
  /** Hosts that were asked, other than the server's. */
  readonly strangers: readonly string[]
}

/** A page of its own, with what it complained about and whom it asked. */
export async function visit(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: address, locale: 'en-GB', ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  const strangers: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== address) strangers.push(request.url())
  })
  return { context, page, complaints, strangers }
}
