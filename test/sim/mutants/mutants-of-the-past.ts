// Owns the bugs in what is done with the past: erased, pruned, replayed, or changed at another node.
import type { Mutant } from './mutant.ts'

export const MUTANTS_OF_THE_PAST: readonly Mutant[] = [
  {
    name: 'what is erased while it waits in memory is sent',
    file: 'engine/lanes.ts',
    find: 'const isErased = this.#dependencies.erased.take(delivery.id)',
    replace: 'const isErased = this.#dependencies.erased.take(delivery.id) && false',
  },
  {
    name: 'an erasure says nothing of what is being sent',
    file: 'storage/sqlite/remove/erase-call.ts',
    find: 'leased.push(id)',
    replace: 'void id',
  },
  {
    name: 'an erasure leaves events that nobody subscribes to',
    file: 'storage/sqlite/remove/erase-call.ts',
    find: 'AND call_id = ? ORDER BY seq',
    replace: 'AND call_id = ? AND delivery_count > 0 ORDER BY seq',
  },
  {
    name: 'an event with a delivery that is queued is pruned',
    file: 'storage/sqlite/remove/prune-events.ts',
    find: "d.status IN ('queued', 'sending')) AS isUnfinished",
    replace: "d.status = 'sending') AS isUnfinished",
  },
  {
    name: 'an event is pruned before its time',
    file: 'storage/sqlite/remove/prune-events.ts',
    find: 'this.#nextEvent.get(now - retentionDays * DAY_MS,',
    replace: 'this.#nextEvent.get(now - retentionDays * DAY_MS * 0.9,',
  },
  {
    name: 'a clock that jumps ahead is believed by the pruner',
    file: 'engine/trusted-time.ts',
    find: 'return Math.min(reading.now, leastLead + reading.monotonic + STEP_MS_MAX)',
    replace: 'return reading.now',
  },
  {
    name: 'a replay of what has failed asks for successes again',
    file: 'storage/sqlite/replay/replay-walk.ts',
    find: "status === 'failed' || (status === 'success' && only === 'all')",
    replace: "status === 'failed' || status === 'success'",
  },
  {
    name: 'counters are not adjusted by a replay',
    file: 'storage/sqlite/replay/replay-queue.ts',
    find: 'if (ended.success + ended.failed > 0)',
    replace: 'if (ended.success + ended.failed < 0)',
  },
  {
    name: 'a replay makes a second delivery of an event',
    file: 'storage/sqlite/replay/replay-queue.ts',
    find: 'if (delivery === null) {',
    replace: "if (delivery === null || delivery.status === 'success') {",
  },
  {
    name: 'a delivery that a replay makes is not counted for its event',
    file: 'storage/sqlite/replay/replay-queue.ts',
    find: 'this.#countDelivery.run(eventSeq)',
    replace: 'void eventSeq',
  },
  {
    name: 'a replay stops where it finds no capacity',
    file: 'engine/replayer.ts',
    find: 'return isAdvancing ? PAUSE_MS : BLOCKED_MS',
    replace: 'return isAdvancing ? PAUSE_MS : 1e12',
  },
  {
    name: 'an erasure at another node is not minded',
    file: 'engine/engine.ts',
    find: 'if (erased !== undefined) this.#erased.note(erased)',
    replace: 'if (erased !== undefined) return',
  },
  {
    name: 'an erasure is not minded by the node that makes it',
    file: 'engine/eraser.ts',
    find: '      erased.note(leased)\n',
    replace: '',
  },
  {
    name: 'an erasure whose result is lost gives nothing back',
    file: 'engine/eraser.ts',
    find: '        onUnknown()\n',
    replace: '',
  },
  {
    name: 'what is held is kept although nobody listened',
    file: 'engine/engine.ts',
    find: 'else for (const delivery of this.#lanes.drop()) this.#release(delivery)',
    replace: '',
  },
]
