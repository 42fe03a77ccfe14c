// Owns sealing in the simulator: readable, so that a checker can read the secret of a row without the engine, and bound to its place.
import type { SealedPlace, Vault } from '@timbre/server/platform/vault.ts'

export const simVault: Vault = {
  seal: (text, place) => prefixOf(place) + text,
  open(sealed, place) {
    const prefix = prefixOf(place)
    if (!sealed.startsWith(prefix)) throw new Error('This text was not sealed for this place.')
    return sealed.slice(prefix.length)
  },
}

function prefixOf({ purpose, workspaceId, rowId }: SealedPlace): string {
  return `sealed:${purpose}:${workspaceId}:${rowId}:`
}
