// Owns what an event type that is built in is made of.

/** A type that every workspace has. Its schema validates `data`; fields that the schema does not know pass through. */
export interface BuiltInEventType {
  readonly key: string
  readonly title: string
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly example: Readonly<Record<string, unknown>>
}
