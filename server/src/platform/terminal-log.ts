// Owns how the log reads on a terminal. Must never be where a machine reads it: that is one JSON line per message (log.ts).
import type { DestinationStream } from 'pino'

/**
 * A destination that writes each line for people: time of day, level, message, fields behind it, the stack of an error below.
 * The library is loaded only where there is a terminal. @param colorize absent: in colour
 */
export async function terminalDestination(to: DestinationStream, colorize = true): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty')
  const pretty = prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', singleLine: true, colorize })
  return { write: (line) => to.write(pretty(line)) }
}
