// Owns reading a secret from a file, as Docker, Kubernetes and systemd (LoadCredential) hand them over.
// Must never show what is in the file.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** A key or a URL; what is longer is the wrong file. */
const SECRET_BYTES_MAX = 65_536

/**
 * The text of the file without the line ends at its end, which editors and `echo` add.
 * @throws Error whose message says in words why it cannot be read
 */
export function readSecretFile(file: string): string {
  const text = readWhole(file)
  const trimmed = text.replace(/[\r\n]+$/, '')
  if (trimmed === '') throw new Error('it is empty')
  return trimmed
}

function readWhole(file: string): string {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, 'r')
    if (!fstatSync(descriptor).isFile()) throw new Error('it is not a file')
    const bytes = Buffer.alloc(SECRET_BYTES_MAX + 1)
    const length = readSync(descriptor, bytes, 0, bytes.length, 0)
    if (length > SECRET_BYTES_MAX) throw new Error(`it has more than ${SECRET_BYTES_MAX} bytes`)
    return bytes.toString('utf8', 0, length)
  } catch (error) {
    throw new Error(reason(error))
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file'
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read it'
    case 'EISDIR':
      return 'it is not a file'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
