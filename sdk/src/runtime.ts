// Owns the SDK's only contact with clock, timers, chance and console, with what Node 18, browsers and edge runtimes share.
// Must never import from `node:`.

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now()
}

/** A number from 0 (included) to 1 (excluded), for jitter. */
export function random(): number {
  return Math.random()
}

/** Calls back once after `ms` milliseconds; what it returns cancels it. */
export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms)
  return () => clearTimeout(timer)
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as that is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = after(ms, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    const stop = () => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** A line on the console. */
export function warn(line: string): void {
  // biome-ignore lint/suspicious/noConsole: a package has no log of its own, and silence hides a wrong secret
  console.warn(line)
}

/** A new UUID. Node 18 has no global `crypto`; then Math.random does: an idempotency key need not be secret. */
export function newUuid(): string {
  const { crypto } = globalThis as { readonly crypto?: Partial<Crypto> } // typed as always there, which it is not
  if (crypto?.randomUUID !== undefined) return crypto.randomUUID()
  const digits = 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'
  return digits.replaceAll('x', () => Math.floor(Math.random() * 16).toString(16))
}
