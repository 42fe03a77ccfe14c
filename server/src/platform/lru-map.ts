// Owns a map of at most so many entries, which forgets what was used least recently.
import { LRUCache } from 'lru-cache'

/** With a `max` of its own the cache makes its tables for all of them at once: 10 ms and 1 MB for 50,000 that may never come. By size they grow. */
export class LruMap<V extends object | number | boolean> extends LRUCache<string, V> {
  constructor(entriesMax: number) {
    super({ maxSize: entriesMax, sizeCalculation: () => 1 })
  }
}
