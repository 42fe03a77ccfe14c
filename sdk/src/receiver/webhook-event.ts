// Owns the type of what a receiver gets: the envelope, discriminated by `type`.
import type { EventDataByType } from '../resources.generated.ts'

interface Envelope<T extends string, D> {
  /** The same at every attempt and replay: drop duplicates by it (`once`). */
  readonly id: string
  readonly type: T
  /** ISO 8601 UTC. */
  readonly created_at: string
  readonly data: D
}

export type KnownEventType = keyof EventDataByType

/** An event of a built-in type. */
export type KnownEvent = { [T in KnownEventType]: Envelope<T, EventDataByType[T]> }[KnownEventType]

/**
 * A type of your own, or one that is newer than this package: compare it as `String(event.type) === 'order.paid'`.
 * The mark exists for the compiler only. With it, and with a template instead of plain `string`, which is no
 * discriminant, `switch (event.type)` can tell the built-in types from the others.
 */
export type OtherEventType = `${string}.${string}` & { readonly notBuiltIn: true }

export type OtherEvent = Envelope<OtherEventType, Readonly<Record<string, unknown>>>

/** Any event. `switch (event.type)` types `data` for the built-in types; `default` has the others. */
export type WebhookEvent = KnownEvent | OtherEvent
