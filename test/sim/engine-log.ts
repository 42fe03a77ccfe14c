// Owns the log of the simulated process: what the engine reports as an error must be a fault that was injected.
import type { Logger } from 'pino'
import { InjectedFault } from './injected-fault.ts'
import type { Trace } from './trace.ts'

export function engineLog(trace: Trace): Logger {
  const report = (fields: { readonly err?: unknown }, sentence: string) => {
    if (fields.err instanceof InjectedFault) {
      trace.add(`log: ${sentence}`)
      return
    }
    const cause = fields.err instanceof Error ? fields.err.message : String(fields.err)
    trace.violate(`the engine reported "${sentence}" because of "${cause}"`)
  }
  const note = (_fields: unknown, sentence: string) => trace.add(`log: ${sentence}`)
  const log = {
    error: report,
    fatal: report,
    warn: note,
    info: note,
    debug: () => {},
    trace: () => {},
    isLevelEnabled: () => false,
  }
  return log as unknown as Logger // the engine calls these only
}
