// Owns the command line's only contact with environment, clock, timers, chance and the terminal's input.
// `operate/` has the server's clock.
import { randomInt } from 'node:crypto'

export const environment: Readonly<Record<string, string | undefined>> = process.env

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now()
}

/** Resolves after `ms` milliseconds, at once where that is past, or as soon as the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.max(ms, 0))
    signal?.addEventListener('abort', end, { once: true })
  })
}

/** A seed to be shown, so that the same thing can be made again. */
export function newSeed(): number {
  return randomInt(1, 2 ** 31)
}

/** Whether a person is there to be asked. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** All bytes of standard input. */
export async function stdinBytes(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** A signal that Ctrl-C aborts; a second Ctrl-C ends the process. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  process.once('SIGTERM', () => controller.abort())
  return controller.signal
}
