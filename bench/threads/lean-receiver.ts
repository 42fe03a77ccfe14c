// Owns the receiver's process as a measurement uses it: its url, and waiting until it has received so many.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Certificates } from '../../test/support/certificates.ts'

export class LeanReceiver {
  readonly url: string
  readonly #child: ChildProcess
  #received = 0
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.url = `https://127.0.0.1:${port}`
    child.on('message', (message: { readonly received: number }) => this.#told(message.received))
  }

  static async start(certificates: Certificates): Promise<LeanReceiver> {
    const child = fork(new URL('./receiver-process.ts', import.meta.url), { env: { PATH: process.env['PATH'] ?? '' } })
    child.send(certificates)
    const [{ address }] = (await once(child, 'message')) as [{ readonly address: { readonly port: number } }]
    return new LeanReceiver(child, address.port)
  }

  /** In steps of 200. */
  get received(): number {
    return this.#received
  }

  reached(count: number): Promise<void> {
    if (this.#received >= count) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ count, resolve }))
  }

  stop(): void {
    this.#child.disconnect()
  }

  #told(received: number): void {
    this.#received = received
    const met = this.#waiting.filter(({ count }) => count <= received)
    this.#waiting = this.#waiting.filter(({ count }) => count > received)
    for (const { resolve } of met) resolve()
  }
}
