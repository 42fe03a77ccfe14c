// Owns sealing in the simulator: readable, so that a checker can read the secret of a row without the engine.
import type { Vault } from '@timbre/server/platform/vault.ts'

const PREFIX = 'sealed:'

export const simVault: Vault = {
  seal: (text) => PREFIX + text,
  open(sealed) {
    if (!sealed.startsWith(PREFIX)) throw new Error('This text was not sealed here.')
    return sealed.slice(PREFIX.length)
  },
}
