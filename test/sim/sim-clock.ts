// Owns time in the simulator: nothing happens but what is scheduled here, one thing after another.
// Must never use a real timer: between two things every promise is settled.
import type { Cancel, Clock } from '@timbre/server/platform/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  callback: (() => void) | undefined
}

/** 2026-01-01T00:00:00Z */
const WALL_START = 1_767_225_600_000

export class SimClock implements Clock {
  #elapsed = 0
  #order = 0
  #latest = 0
  /** What the wall was ahead by, and since when. */
  readonly #offsets = [{ since: 0, ahead: WALL_START }]
  readonly #heap: Timer[] = []
  /** The sum of the jumps back: what was due before them comes later by so much. */
  jumpedBackMs = 0

  now(): number {
    return Math.floor(this.#ahead + this.#elapsed)
  }

  monotonic(): number {
    return this.#elapsed
  }

  schedule(callback: () => void, delayMs: number): Cancel {
    const timer: Timer = { at: this.#elapsed + Math.max(delayMs, 0), order: this.#order++, callback }
    this.#push(timer)
    return () => {
      timer.callback = undefined
    }
  }

  /** The latest time that the wall has ever shown: what had expired then is gone. */
  latest(): number {
    return Math.max(this.#latest, this.now())
  }

  /** The wall jumps; what is scheduled stays where it is. */
  jump(ms: number): void {
    this.#latest = this.latest()
    if (ms < 0) this.jumpedBackMs -= ms
    this.#offsets.push({ since: this.#elapsed, ahead: this.#ahead + ms })
  }

  /** When the wall first showed a time, on the clock that never jumps; now, if it never has. */
  firstAt(wall: number): number {
    for (const [nth, { since, ahead }] of this.#offsets.entries()) {
      const until = this.#offsets[nth + 1]?.since ?? this.#elapsed
      // The wall shows whole milliseconds.
      const at = Math.max(wall - ahead, since)
      if (at <= until && Math.floor(at + ahead) === wall) return at
    }
    return this.#elapsed
  }

  get #ahead(): number {
    return this.#offsets.at(-1)?.ahead ?? WALL_START
  }

  /** Lets this much time pass. `isOver` is asked after each thing that happened. */
  advance(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const until = this.#elapsed + ms
    return oneByOne(() => {
      const callback = this.#next(until)
      if (callback === undefined) this.#elapsed = until
      callback?.()
      return callback !== undefined
    }, isOver)
  }

  /** What comes next until then, at its time; undefined: nothing. */
  #next(until: number): (() => void) | undefined {
    for (let next = this.#heap[0]; next !== undefined && next.at <= until; next = this.#heap[0]) {
      this.#pop()
      if (next.callback === undefined) continue
      this.#elapsed = Math.max(this.#elapsed, next.at)
      return next.callback
    }
    return undefined
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(timer)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (isBefore(heap[parent] as Timer, timer)) break // parent < index: it is there
      heap[index] = heap[parent] as Timer
      index = parent
    }
    heap[index] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= heap.length) break
      const right = left + 1
      // Both are below the length: they are there.
      const child = right < heap.length && isBefore(heap[right] as Timer, heap[left] as Timer) ? right : left
      if (isBefore(last, heap[child] as Timer)) break
      heap[index] = heap[child] as Timer
      index = child
    }
    heap[index] = last
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

/** As many follow one another in one turn of the loop, which takes longer than most of them. */
const STEPS_OF_TURN = 64

/** Takes a step until one says that it was the last, or it is over. Before each, all promises that can settle have settled. */
function oneByOne(step: () => boolean, isOver: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFirst = true
    let isEnded = false
    const next = () => {
      if (isEnded) return
      try {
        isEnded = (!isFirst && isOver()) || !step()
        isFirst = false
        if (isEnded) resolve()
      } catch (error) {
        isEnded = true
        reject(error)
      }
    }
    const turn = () => {
      if (isEnded) return
      // The runtime settles promises between any two of these.
      for (let nth = 0; nth < STEPS_OF_TURN; nth++) setImmediate(next)
      setImmediate(turn)
    }
    turn()
  })
}
