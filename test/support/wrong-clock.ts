// Owns the settings with which a real process is started under a wrong clock.
import { fileURLToPath } from 'node:url'

const PRELOAD = fileURLToPath(new URL('wrong-clock.mjs', import.meta.url))

export function clockAhead(ms: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import ${PRELOAD}`, CLOCK_AHEAD_MS: String(ms) }
}
