// Owns telling a disk that cannot take more from a bug: the first is a refusal that a publisher can wait out.
import { Refusal } from '@timbre/contract/errors.ts'

/** Primary result codes of SQLite (sqlite.org/rescode.html) that say the disk is the matter. */
const DISK_CODES = new Set([
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
])
const PRIMARY_MASK = 0xff

/** Seconds after which trying again makes sense: an operator has to free space, or a snapshot has to end. */
const RETRY_AFTER_S = 5

/** The error as it is to be told: STORAGE_UNAVAILABLE when the disk failed, else unchanged. */
export function storeFault(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error
  if (!DISK_CODES.has(error.errcode & PRIMARY_MASK)) return error
  return new Refusal('STORAGE_UNAVAILABLE', { fault: error.message, retryAfterSeconds: RETRY_AFTER_S })
}
