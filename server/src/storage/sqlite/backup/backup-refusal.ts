// Owns why a backup or a restore was not made, as a sentence for the operator.

export type BackupRefusalReason =
  /** What was asked for cannot be done as it was asked. */
  | 'wrong_request'
  /** It was begun and did not work out; nothing half is left. */
  | 'failed'

export class BackupRefusal extends Error {
  readonly reason: BackupRefusalReason

  constructor(reason: BackupRefusalReason, sentence: string) {
    super(sentence)
    this.name = 'BackupRefusal'
    this.reason = reason
  }
}

const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

/**
 * What an error of the file system or of SQLite means to an operator.
 * @param file what was being written
 * @param from what it was written from, where that is a file that the operator named
 */
export function asRefusal(error: unknown, file: string, from = file): Error {
  if (error instanceof BackupRefusal) return error
  if (!(error instanceof Error)) return new BackupRefusal('failed', String(error))
  const code = 'code' in error ? error.code : undefined
  const errcode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL)
    return new BackupRefusal(
      'failed',
      `The disk is full: ${file} was not written. Make capacity, or choose another place.`,
    )
  if (code === 'ENOENT') return new BackupRefusal('wrong_request', `There is no directory for ${file}. Make it first.`)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new BackupRefusal('failed', `${file} may not be written by this user.`)
  if (errcode === SQLITE_NOTADB) return new BackupRefusal('wrong_request', `${from} is not a backup of Timbre.`)
  return new BackupRefusal('failed', `${file} was not written: ${error.message}`)
}
