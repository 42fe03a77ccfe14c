// Owns what takes in what providers of calls say, built from the settings: the intake, and the watchdog beside it.
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { TrustedClock } from './engine/trusted-clock.ts'
import type { Transport } from './platform/transport.ts'
import { SourceIntake, type SourceIntakeDependencies } from './sources/source-intake.ts'
import { SourceWatchdog } from './sources/source-watchdog.ts'
import type { Storage } from './storage/storage.ts'

export interface CallSources {
  readonly intake: SourceIntake
  start(): void
  stop(): Promise<void>
}

interface Dependencies extends SourceIntakeDependencies {
  readonly storage: Storage
  readonly log: Logger
  readonly transport: Transport
  readonly trusted: TrustedClock
}

export function callSources({ retentionDays }: Config, dependencies: Dependencies): CallSources {
  const { clock, storage, log, vault, transport, trusted } = dependencies
  const onFault = (error: unknown, loop: string) =>
    log.error({ err: error, loop }, 'a loop failed; it goes on in a second')
  const intake = new SourceIntake(dependencies)
  const watchdog = new SourceWatchdog({ clock, storage, vault, transport, trusted, intake, retentionDays, onFault })
  return { intake, start: () => watchdog.start(), stop: () => watchdog.stop() }
}
