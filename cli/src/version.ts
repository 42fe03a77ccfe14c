// Owns the version of the command: that of its package.
import { readFileSync } from 'node:fs'

export function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}
