// Owns what happens at /health: whether the process lives, and whether it serves.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Api } from '../api.ts'
import type { Handlers } from './call.ts'

export function healthHandlers({
  version,
  readiness,
  warnings = () => [],
}: Api): Pick<Handlers, 'healthLive' | 'healthReady'> {
  return {
    healthLive: async () => ({ status: 'ok', version }),
    async healthReady() {
      const status = readiness.state
      if (status !== 'ok') throw new Refusal('NOT_READY', { status })
      const seen = warnings()
      return { status, version, ...(seen.length > 0 ? { warnings: [...seen] } : {}) }
    },
  }
}
