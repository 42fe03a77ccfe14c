// Owns which lanes had no capacity for something that is due, and tells whoever left it behind when one of them has capacity again.
// Must never cost anything while nothing was left behind: it is told whenever a lane runs low.

/** Webhooks; `all` when memory as a whole takes nothing more. */
export type Short = ReadonlySet<string> | 'all'

export const NONE_SHORT: Short = new Set()

/** What one of those who fill lanes has left behind. */
export interface LaneWatch {
  short: Short
}

export class ShortLanes {
  readonly #watches: (LaneWatch & { readonly onCapacity: (webhookId: string) => void })[] = []

  /** @param onCapacity called when a lane has capacity again that the watch names as short */
  watch(onCapacity: (webhookId: string) => void): LaneWatch {
    const watch = { short: NONE_SHORT, onCapacity }
    this.#watches.push(watch)
    return watch
  }

  /** A lane has capacity again. */
  noteCapacity(webhookId: string): void {
    for (const { short, onCapacity } of this.#watches)
      if (short === 'all' || short.has(webhookId)) onCapacity(webhookId)
  }
}
