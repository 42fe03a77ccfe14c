// Owns what a load counts between two marks.
import type { LoadResult } from './orders.ts'

export class Tally {
  #sent = 0
  #failed = 0
  #answerMs: number[] = []
  #latenessMs: number[] = []

  mark(): void {
    this.#sent = 0
    this.#failed = 0
    this.#answerMs = []
    this.#latenessMs = []
  }

  late(ms: number): void {
    this.#latenessMs.push(ms)
  }

  ended(isFine: boolean, count: number, answerMs: number): void {
    if (!isFine) this.#failed += count
    this.#sent += count
    this.#answerMs.push(answerMs)
  }

  result(): LoadResult {
    return { sent: this.#sent, failed: this.#failed, answerMs: this.#answerMs, latenessMs: this.#latenessMs }
  }
}
