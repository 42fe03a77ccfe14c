// Owns where the master keys come from: settings, or files in the data directory.
// Must never show a key, never take a file that others on the machine can read, and never make one that was not asked for.
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { MASTER_KEY_BYTES } from './aes-vault.ts'

export const MASTER_KEY_FILE = 'master.key'
/** The key before, while keys are being rotated. */
export const PREVIOUS_KEY_FILE = 'master.key.previous'

export interface MasterKeySource {
  /** TIMBRE_MASTER_KEY: 32 bytes as base64 (or base64url) or 64 hexadecimal digits; null: the files. */
  readonly text: string | null
  /** TIMBRE_MASTER_KEY_PREVIOUS. */
  readonly previousText: string | null
  readonly dataDir: string
}

export interface MasterKeys {
  /** Null: there is none yet, neither set nor in a file. */
  readonly current: Uint8Array | null
  /** Opens what was sealed before; null: keys are not being rotated. */
  readonly previous: Uint8Array | null
}

/** The keys that there are; none is made. Throws with a sentence for the operator when one cannot be used. */
export function readMasterKeys({ text, previousText, dataDir }: MasterKeySource): MasterKeys {
  const inFile = (name: string) => readKeyFile(join(dataDir, name)) ?? null
  const previous = previousText === null ? null : parseMasterKey(previousText, 'TIMBRE_MASTER_KEY_PREVIOUS')
  if (text !== null) return { current: parseMasterKey(text, 'TIMBRE_MASTER_KEY'), previous }
  return { current: inFile(MASTER_KEY_FILE), previous: previous ?? inFile(PREVIOUS_KEY_FILE) }
}

/** Makes the key of a new instance, in the file, and gives it. One that is there meanwhile is taken instead. */
export function makeMasterKey(dataDir: string): Uint8Array {
  return makeKeyFile(join(dataDir, MASTER_KEY_FILE), dataDir)
}

function parseMasterKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim()
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Buffer.from(trimmed, 'hex')
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return Buffer.from(trimmed, 'base64url')
  throw new Error(
    `${source} is not a master key: it must be ${MASTER_KEY_BYTES} bytes as base64 (44 characters) or as 64 hexadecimal digits. "openssl rand -base64 32" makes one.`,
  )
}

function readKeyFile(file: string): Uint8Array | undefined {
  const state = statSync(file, { throwIfNoEntry: false })
  if (state === undefined) return undefined
  if ((state.mode & 0o077) !== 0) {
    throw new Error(
      `The master key in ${file} can be read by others (mode ${(state.mode & 0o777).toString(8)}). Make it private with "chmod 600 ${file}".`,
    )
  }
  return parseMasterKey(readFileSync(file, 'utf8'), file)
}

/** Written aside and linked into place, so that the file never exists half; two first starts end with one key. */
function makeKeyFile(file: string, directory: string): Uint8Array {
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    writeSync(descriptor, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  try {
    linkSync(draft, file)
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error
  } finally {
    unlinkSync(draft)
  }
  syncDirectory(directory)
  const key = readKeyFile(file)
  if (key === undefined) throw new Error(`The master key file ${file} vanished while it was being made.`)
  return key
}

/** So that the new name survives a power failure too. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
