// Owns what a simulated node has for providers of calls: the intake and the watchdog, which is given its turns by the workload.
import type { EngineApi } from '@timbre/server/engine/engine-api.ts'
import type { Clock } from '@timbre/server/platform/clock.ts'
import { IDLE_LOOP } from '@timbre/server/platform/event-loop.ts'
import type { Random } from '@timbre/server/platform/random.ts'
import type { SendEnd } from '@timbre/server/platform/transport.ts'
import { SourceIntake } from '@timbre/server/sources/source-intake.ts'
import { SourceWatchdog } from '@timbre/server/sources/source-watchdog.ts'
import type { Storage } from '@timbre/server/storage/storage.ts'
import { simVault } from './sim-vault.ts'

export interface SimSources {
  readonly intake: SourceIntake
  readonly watchdog: SourceWatchdog
}

export interface SimSourcesDependencies {
  readonly clock: Clock
  readonly storage: Storage
  readonly engine: Pick<EngineApi, 'accept'>
  readonly random: Random
}

/** A provider that is asked says nothing of any use. */
const NO_ANSWER: SendEnd = {
  kind: 'answered',
  responseStatus: 500,
  responseHeaders: {},
  responseBody: '',
  durationMs: 1,
  timings: { dns: null, connect: null, tls: null, firstByte: null },
  remoteAddress: null,
  error: null,
}

export function simSources({ clock, storage, engine, random }: SimSourcesDependencies): SimSources {
  const intake = new SourceIntake({ storage, engine, vault: simVault, clock, random, loop: IDLE_LOOP })
  const watchdog = new SourceWatchdog({
    clock,
    storage,
    intake,
    vault: simVault,
    transport: { send: async () => NO_ANSWER },
    trusted: { begin: () => {}, now: async () => clock.now() },
    retentionDays: 0,
    onFault: () => {},
  })
  return { intake, watchdog }
}
