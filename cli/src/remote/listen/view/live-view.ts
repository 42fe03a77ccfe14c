// Owns the interactive view of `timbre listen` while it runs: on the terminal, off it for an editor, and off it at the end.
// Must never leave the terminal other than it was.
import { type Instance, render } from 'ink'
import { createElement } from 'react'
import { hasColours } from '../../../frame/colours.ts'
import { CommandError } from '../../../frame/command-failure.ts'
import { edited } from '../../../frame/editor.ts'
import { curlText } from '../../../requests/curl-text.ts'
import type { Desk } from '../desk.ts'
import type { Exchange } from '../exchange.ts'
import type { ListenNews, ListenStart } from '../listen-news.ts'
import { clipboardText } from './clipboard.ts'
import { type Effect, type Key, pressed } from './keys.ts'
import { Screen } from './screen.ts'
import { Store } from './store.ts'
import { chosenOf, firstState, told, withNews } from './view-state.ts'

export interface LiveViewDependencies {
  readonly start: ListenStart
  readonly desk: Desk
  /** Ends the listening. */
  readonly quit: () => void
  /** Ends the process, where ending the listening takes too long. */
  readonly leave: () => void
}

const FRAMES_PER_SECOND_MAX = 20

export class LiveView {
  readonly #dependencies: LiveViewDependencies
  readonly #store: Store
  #ink: Instance | undefined
  #isQuitting = false
  #isOver = false

  constructor(dependencies: LiveViewDependencies) {
    this.#dependencies = dependencies
    this.#store = new Store(firstState(dependencies.start, size()))
  }

  start(): void {
    process.stdout.on('resize', this.#resized)
    this.#draw()
  }

  readonly report = (news: ListenNews): void => this.#store.setSoon(withNews(this.#store.get(), news))

  async end(): Promise<void> {
    this.#isOver = true
    process.stdout.off('resize', this.#resized)
    await this.#takeAway()
  }

  #draw(): void {
    // It ended while the editor had the terminal.
    if (this.#isOver) return
    const { get, subscribe } = this.#store
    const screen = createElement(Screen, { get, subscribe, onKey: this.#pressed, hasColours })
    this.#ink = render(screen, {
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps: FRAMES_PER_SECOND_MAX,
      incrementalRendering: true,
      alternateScreen: true,
      interactive: true,
    })
  }

  async #takeAway(): Promise<void> {
    const ink = this.#ink
    this.#ink = undefined
    if (ink === undefined) return
    const exited = ink.waitUntilExit()
    ink.unmount()
    await exited
    // Else the process reads on, and takes keys from the editor that runs now.
    process.stdin.resume()
    process.stdin.pause()
  }

  readonly #resized = (): void => this.#store.setNow({ ...this.#store.get(), ...size() })

  readonly #pressed = (key: Key): void => {
    const { state, effect } = pressed(this.#store.get(), key)
    this.#store.setNow(state)
    if (effect === 'quit') this.#quit()
    else if (effect !== undefined) void this.#act(effect)
  }

  /** The second time nothing is waited for. */
  #quit(): void {
    const { quit, leave } = this.#dependencies
    if (this.#isQuitting) void this.#takeAway().then(leave)
    this.#isQuitting = true
    quit()
  }

  /** What goes wrong here is said at the foot: the listening goes on. */
  async #act(effect: Exclude<Effect, 'quit'>): Promise<void> {
    const exchange = chosenOf(this.#store.get())
    if (exchange === undefined) return
    try {
      await this.#effects[effect](exchange)
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error), 'red')
    }
  }

  readonly #effects: Readonly<Record<Exclude<Effect, 'quit'>, (exchange: Exchange) => Promise<void>>> = {
    resend: async (exchange) => this.#say(await this.#dependencies.desk.resend(exchange), 'green'),
    verify: async (exchange) => {
      const lines = await this.#dependencies.desk.verdict(exchange)
      this.#store.setNow({ ...this.#store.get(), verdict: { nth: exchange.nth, lines } })
    },
    copy: async (exchange) => {
      const copied = clipboardText(curlText(String(this.#dependencies.start.forwardTo), exchange))
      if (copied === undefined) return this.#say('Too long for a clipboard: it is shown here.', 'yellow')
      process.stdout.write(copied)
      this.#say('Copied, if your terminal allows it (OSC 52).', 'green')
    },
    edit: (exchange) => this.#edit(exchange),
  }

  /** The terminal is the editor's meanwhile; events go on being forwarded. */
  async #edit(exchange: Exchange): Promise<void> {
    const { desk } = this.#dependencies
    await this.#takeAway()
    let changed: unknown
    try {
      changed = await edited(desk.draftOf(exchange))
    } finally {
      this.#draw()
    }
    const sent = await desk.sendEdited(exchange, changed)
    this.#store.setNow({ ...withNews(this.#store.get(), { kind: 'forwarded', exchange: sent }), chosen: sent.nth })
    if (sent.error === null)
      this.#say('Sent, signed with the secret of the webhook. The server knows nothing of it.', 'green')
    else throw new CommandError(`It could not be sent: ${sent.error}`)
  }

  #say(text: string, tone: 'green' | 'yellow' | 'red'): void {
    this.#store.setNow(told(this.#store.get(), text, tone))
  }
}

function size(): { columns: number; rows: number } {
  const { columns, rows } = process.stdout
  return { columns: Math.max(columns ?? 80, 20), rows: Math.max(rows ?? 24, 6) }
}
