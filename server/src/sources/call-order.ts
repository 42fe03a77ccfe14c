// Owns the order of signals within a call: a total one that asks for nothing but the signals, so that it is the same however they arrive.
import type { Signal } from './signal.ts'

/** Weight of what is said, whether it is final, sequence, time, key: compared in this order. */
export type SignalOrder = readonly [weight: number, final: number, sequence: number, time: number, key: string]

export function orderOf(signal: Signal): SignalOrder {
  const { isFinal, sequence, occurredAt, dedupeKey } = signal
  return [weightOf(signal), isFinal === true ? 1 : 0, sequence ?? -1, occurredAt ?? 0, dedupeKey]
}

/** Whether a signal of the first order says more than, or as much as, one of the second. */
export function isAtLeast(a: SignalOrder, b: SignalOrder): boolean {
  for (let index = 0; index < a.length; index++) {
    const [left, right] = [a[index] ?? 0, b[index] ?? 0]
    if (left !== right) return left > right
  }
  return true
}

/**
 * An end that every call gets is less than one that says why; and where a call has several legs, one that went well is more than
 * one that failed, of which the other may know nothing.
 */
function weightOf({ state, isWeak }: Signal): number {
  switch (state) {
    case null:
      return 0
    case 'registered':
      return 1
    case 'ongoing':
      return 2
    case 'ended':
      return isWeak === true ? 3 : 6
    case 'not_connected':
      return 4
    case 'error':
      return 5
  }
}
