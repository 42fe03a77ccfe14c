// Owns the bugs by which something waits that could go: a wake-up, a turn, a slot or memory that is lost.
import type { Mutant } from './mutant.ts'

export const MUTANTS_OF_WAITING: readonly Mutant[] = [
  {
    name: 'a wake-up while a batch runs is lost',
    file: 'engine/loop.ts',
    find: 'this.wakeIn(this.#wakeUp ? 0 : delayMs)',
    replace: 'if (!this.#wakeUp) this.wakeIn(delayMs)',
  },
  {
    name: 'a slot is not released after a stall',
    file: 'engine/lane.ts',
    find: '    this.#land(delivery)\n    if (pace === undefined) return',
    replace: "    if (pace !== 'stalled') this.#land(delivery)\n    if (pace === undefined) return",
  },
  {
    name: 'a lane without anything to begin takes another out of the row',
    file: 'engine/lanes.ts',
    find: 'if (last !== undefined && last !== lane) this.#ready[this.#nextReady] = last',
    replace: 'void last',
  },
  {
    name: 'a pause of the rate limit never ends',
    file: 'engine/start-conditions.ts',
    find: '      this.#pauses.delete(lane)\n      onReady(lane)',
    replace: '      this.#pauses.delete(lane)',
  },
  {
    name: 'what an origin had in flight is not released',
    file: 'engine/origins.ts',
    find: '    origin.inFlight--\n',
    replace: '',
  },
  {
    name: 'a brake that shuts for good',
    file: 'engine/failure-brake.ts',
    find: 'this.#limit = Math.max(this.#limit >> 1, 1)',
    replace: 'this.#limit >>= 1',
  },
  {
    name: 'the memory of a body in flight is not released',
    file: 'engine/envelope-memory.ts',
    find: 'this.#count(lane, delivery, -envelope.size)',
    replace: 'void envelope.size',
  },
  {
    name: 'a new delivery that is queued leaves no mark of when it is due',
    file: 'storage/sqlite/accept/insert-events.ts',
    find: 'if (dueAt !== null) this.#due.note(this.#numbers.of(match.webhookId), dueAt)',
    replace: '',
  },
  {
    name: 'a claim takes the mark of a webhook away that has more to come',
    file: 'storage/sqlite/claim/due-webhooks.ts',
    find: 'if (dueAt === undefined) this.#forget.run(webhook)',
    replace: 'if (dueAt === undefined || true) this.#forget.run(webhook)',
  },
  {
    name: 'a lane that gave something back is forgotten',
    file: 'engine/lanes.ts',
    find: '      this.#restIfIdle(lane)\n    }\n    return true',
    replace: '      this.#restIfIdle(lane)\n      return false\n    }\n    return true',
  },
  {
    name: 'a lane is not looked at when an attempt of it has ended',
    file: 'engine/lanes.ts',
    find: '    this.#advance(lane)\n    this.#restIfIdle(lane)',
    replace: '    this.#restIfIdle(lane)',
  },
  {
    name: 'the claimer wakes by itself only, after its longest sleep',
    file: 'engine/claimer.ts',
    find: 'return Math.min(Math.max(dueInMs, GATHER_MS), SLEEP_MS_MAX)',
    replace: 'return SLEEP_MS_MAX',
  },
  {
    name: 'a retry does not wake the claimer',
    file: 'engine/claimer.ts',
    find: 'this.#loop.wakeIn(Math.max(at -',
    replace: 'void (Math.max(at -',
  },
]
