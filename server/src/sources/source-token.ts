// Owns the token of a source's URL: the workspace and chance, so that its row is found where its workspace is, and by nobody who guesses.
import type { Random } from '../platform/random.ts'

const WORKSPACE_BYTES = 16
const RANDOM_BYTES = 24
const FORM = /^[A-Za-z0-9_-]{54}$/

export function newToken(random: Pick<Random, 'bytes'>, workspaceId: string): string {
  const workspace = Buffer.from(workspaceId.replaceAll('-', ''), 'hex')
  return Buffer.concat([workspace, random.bytes(RANDOM_BYTES)]).toString('base64url')
}

/** The workspace that a token names; undefined: it is no token. */
export function workspaceOfToken(token: string): string | undefined {
  if (!FORM.test(token)) return undefined
  const hex = Buffer.from(token, 'base64url').toString('hex', 0, WORKSPACE_BYTES)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
