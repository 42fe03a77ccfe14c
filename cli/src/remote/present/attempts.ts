// Owns how attempts look: when, how it ended in words, how long each phase took, and what to do.
import type { Attempt } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../../frame/colours.ts'
import { shown, textTable } from '../../frame/text-table.ts'
import { durationText, timeText } from '../../frame/times.ts'
import { outcomeCell } from './words.ts'

const HEAD = ['#', 'started (UTC)', 'why', 'result', 'took', 'dns', 'connect', 'tls', 'first byte', 'address']
const RIGHT = [0, 4, 5, 6, 7, 8]

/** A line for each, oldest first, and what the service says about a failure below the last one that ended so. */
export function attemptLines(attempts: readonly Attempt[]): string[] {
  const inOrder = [...attempts].sort((a, b) => a.number - b.number)
  const [head = '', ...rows] = textTable(HEAD, inOrder.map(cells), { right: RIGHT, styleHead: colours.dim })
  return [
    head.trimEnd(),
    ...rows.flatMap((row, index) => {
      const error = inOrder[index]?.error ?? null
      const isSaidNext = error === inOrder[index + 1]?.error
      return error === null || isSaidNext ? [row] : [row, `   ${colours.yellow(shown(error))}`]
    }),
  ]
}

function cells(attempt: Attempt) {
  const { number, startedAt, trigger, durationMs, timings, remoteAddress } = attempt
  const phase = (ms: number | null) => (ms === null ? '·' : durationText(ms))
  return [
    String(number),
    timeText(startedAt),
    trigger,
    outcomeCell(attempt),
    durationText(durationMs),
    phase(timings.dns),
    phase(timings.connect),
    phase(timings.tls),
    phase(timings.firstByte),
    remoteAddress ?? '–',
  ]
}
