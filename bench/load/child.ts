// Owns a process of a benchmark: what measures must not share a thread with what is measured.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export class Child<Order extends object> {
  readonly #process: ChildProcess

  constructor(file: URL) {
    this.#process = fork(file, { serialization: 'advanced', env: { PATH: process.env['PATH'] ?? '' } })
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The process did not start.')
    return this.#process.pid
  }

  /** Sends an order and gives its reply; one order at a time. */
  async ask<Answer>(order: Order): Promise<Answer> {
    const over = new AbortController()
    const { signal } = over
    const answered = once(this.#process, 'message', { signal })
    const ended = once(this.#process, 'exit', { signal }).then(([code]) => {
      throw new Error(`A process of the benchmark ended with ${code}.`)
    })
    this.#process.send(order)
    try {
      const [answer] = await Promise.race([answered, ended])
      return answer as Answer // the two ends share load/orders.ts
    } finally {
      ended.catch(() => undefined)
      answered.catch(() => undefined)
      over.abort()
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }
}
