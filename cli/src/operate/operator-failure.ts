// Owns how an error of an operating command is told: one sentence, and an exit code.
import { errorMessage, Refusal } from '@timbre/contract/errors.ts'
import { SettingError } from '@timbre/server/config.ts'
import { databaseTrouble } from '@timbre/server/database-trouble.ts'
import { MasterKeyRefusal } from '@timbre/server/sealing/master-keys.ts'
import { MoveRefusal } from '@timbre/server/storage/move/move-refusal.ts'
import { BackupRefusal } from '@timbre/server/storage/sqlite/backup/backup-refusal.ts'

export interface OperatorFailure {
  readonly sentence: string
  /** 1: it was tried and failed; 2: it cannot be done as it was asked. */
  readonly exitCode: 1 | 2
}

export function operatorFailure(error: unknown): OperatorFailure {
  if (error instanceof SettingError || error instanceof MasterKeyRefusal)
    return { sentence: error.message, exitCode: 2 }
  if (error instanceof Refusal) return { sentence: errorMessage(error.code, error.details, 'en'), exitCode: 1 }
  if (error instanceof BackupRefusal || error instanceof MoveRefusal)
    // One sentence for a database that cannot be reached, whoever tried.
    return {
      sentence: databaseTrouble(error.cause) ?? error.message,
      exitCode: error.reason === 'wrong_request' ? 2 : 1,
    }
  const trouble = databaseTrouble(error)
  if (trouble !== undefined) return { sentence: trouble, exitCode: 1 }
  // Anything else is a fault of ours: where it happened is what a report needs.
  return { sentence: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 }
}
