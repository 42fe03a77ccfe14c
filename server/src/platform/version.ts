// Owns the version of this server, read once from its package. Must never be written by hand anywhere else.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

/** For example `1.2.3`: in `user-agent: Timbre/1.2.3`, in /health and in the OpenAPI document. */
export const VERSION = readVersion()

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert(typeof manifest === 'object' && manifest !== null && 'version' in manifest, 'the package has a version')
  assert(typeof manifest.version === 'string', 'the version is a text')
  return manifest.version
}
