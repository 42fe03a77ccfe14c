// Owns the command line's only contact with environment, clock, timers, chance and the terminal's input.
// `operate/` has the server's clock.
import { randomInt, randomUUID } from 'node:crypto'
import { EXIT } from './exit-codes.ts'

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

/** Something to make a name of that nobody has. */
export function newId(): string {
  return randomUUID().replaceAll('-', '')
}

/** Whether the whole terminal can be drawn on, and sends keys. */
export function isScreen(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true && environment['TERM'] !== 'dumb'
}

/** Loads what chooses between a build for its developers and one for use by NODE_ENV: React keeps notes of each frame in the former. */
export async function loadedForUse<T>(load: () => Promise<T>): Promise<T> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    return await load()
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
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

/** A signal that Ctrl-C aborts, and a terminal that is closed; a second Ctrl-C ends the process. */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted.code)
    controller.abort()
  }
  // A listener that stays: what draws on a terminal ends the process at a signal that nobody listens to.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return controller.signal
}
