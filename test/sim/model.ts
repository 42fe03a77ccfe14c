// Owns what the publishers know: which events they were told are accepted, and what they asked for.
import type { AcceptedRow, NewEvent } from '@timbre/server/storage/storage.ts'

export interface Published {
  readonly workspaceId: string
  readonly event: NewEvent
  /** A 202 was seen; else it may or may not be accepted. */
  isAcknowledged: boolean
}

export interface KeyedPublish {
  readonly key: string
  readonly requestHash: string
  readonly workspaceId: string
  readonly events: readonly NewEvent[]
  readonly expiresAt: number
  answer: readonly AcceptedRow[] | undefined
}

export class Model {
  readonly published: Published[] = []
  readonly keyed: KeyedPublish[] = []

  add(workspaceId: string, event: NewEvent): Published {
    const published = { workspaceId, event, isAcknowledged: false }
    this.published.push(published)
    return published
  }
}
