// Owns the bugs of the calls of providers: of the tracker, which makes one life of what they say, and of the intake, which writes it.
import type { Mutant } from './mutant.ts'

const TRACKER = 'sources/call-tracker.ts'
const INTAKE = 'sources/source-intake.ts'

export const MUTANTS_OF_CALLS: readonly Mutant[] = [
  {
    name: 'what a call is said to be last counts, not what says most',
    file: TRACKER,
    find: 'known !== undefined && isAtLeast(known.by, by) ? known : { value, by }',
    replace: '{ value, by }',
  },
  {
    name: 'a call ends with every message after its end',
    file: TRACKER,
    find: 'if (before.terminal === null && terminal !== null)',
    replace: 'if (terminal !== null)',
  },
  {
    name: 'nobody is told where a call stands',
    file: TRACKER,
    find: 'const isChanged = state !== before.state ||',
    replace: 'const isChanged =',
  },
  {
    name: 'a call of which nothing more is heard stays open',
    file: TRACKER,
    find: 'return call.lastAt + callMsMax + SILENCE_GRACE_MS',
    replace: 'return null',
  },
  {
    name: 'the end of a call waits for ever for what is known last',
    file: TRACKER,
    find: 'before.dueAt : now + completionMsMax',
    replace: 'before.dueAt : null',
  },
  {
    name: 'an end that every call gets beats one that says why',
    file: 'sources/call-order.ts',
    find: 'return isWeak === true ? 3 : 6',
    replace: 'return 6',
  },
  {
    name: 'what comes after the end does not say that it amends',
    file: 'sources/call-events.ts',
    find: '{ amends: terminalEventId(call) }',
    replace: '{}',
  },
  {
    name: 'a message that was sent again counts again',
    file: INTAKE,
    find: "if (found.isRepeat) return { kind: 'repeated' }",
    replace: '',
  },
  {
    name: 'a message is taken before it is on disk',
    file: INTAKE,
    find: "if (await this.#write(source, this.#written(source, setup, stored, advanced, row))) return { kind: 'taken' }",
    replace: `void this.#write(source, this.#written(source, setup, stored, advanced, row)).catch(() => {})
        return { kind: 'taken' }`,
  },
  {
    name: 'a message is taken although another node was quicker',
    file: INTAKE,
    find: "return result.kind === 'accepted'",
    replace: "return result.kind === 'accepted' || result.kind === 'call_moved'",
  },
  {
    name: 'a call is written over whatever version is stored',
    file: 'storage/sqlite/accept/advance-calls.ts',
    find: 'WHERE workspace_id = ? AND source_id = ? AND call_id = ? AND version = ?`',
    replace: 'WHERE workspace_id = ? AND source_id = ? AND call_id = ? AND ? IS NOT NULL`',
  },
]
