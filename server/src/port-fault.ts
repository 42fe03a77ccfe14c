// Owns what a start says when it cannot have its port.
import { SettingError } from './config.ts'

export interface WantedPorts {
  readonly host: string
  readonly port: number
  /** Null: none of its own. */
  readonly metricsPort: number | null
}

/** The sentence for the operator; undefined: it is another fault. */
export function portFault(error: unknown, { host, port, metricsPort }: WantedPorts): SettingError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const failed = 'port' in error ? Number(error.port) : port
  const setting = failed === metricsPort && failed !== port ? 'TIMBRE_METRICS_PORT' : 'TIMBRE_PORT'
  switch (error.code) {
    case 'EADDRINUSE':
      return new SettingError(
        `Port ${failed} of ${host} is in use. Stop what uses it, or set ${setting} to another port. Nothing was made.`,
      )
    case 'EACCES':
      return new SettingError(`This user may not listen on port ${failed}. Set ${setting} to one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SettingError(`TIMBRE_HOST is "${host}", which is no address of this machine.`)
    default:
      return undefined
  }
}
