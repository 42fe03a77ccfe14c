// Owns the line of a terminal that shows how far something is; elsewhere a line now and then.
import { now } from './world.ts'

const BAR_SIGNS = 24
/** Without a terminal: often enough to see that it goes on, seldom enough for a log. */
const TELL_EVERY_MS = 10_000

export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY === true
  #toldAt = Number.NEGATIVE_INFINITY
  #shown = ''

  /** @param unit such as `deliveries` */
  show(done: number, total: number, unit: string): void {
    const text = `${bar(done, total)} ${done} of ${total} ${unit}`
    if (text === this.#shown) return
    if (this.#isTerminal) process.stderr.write(`\r\x1b[K${text}`)
    else if (now() - this.#toldAt >= TELL_EVERY_MS) {
      process.stderr.write(`${text}\n`)
      this.#toldAt = now()
    }
    this.#shown = text
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isTerminal && this.#shown !== '') process.stderr.write('\r\x1b[K')
  }
}

/** `█████░░░░░  50 %` */
export function bar(done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(done / total, 1)
  const full = Math.floor(part * BAR_SIGNS)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_SIGNS - full)} ${String(Math.floor(part * 100)).padStart(3)} %`
}
