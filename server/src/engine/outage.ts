// Owns telling a store that takes nothing now from one that does not take a certain thing.
import { Refusal } from '@timbre/contract/errors.ts'

export function isOutage(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'STORAGE_UNAVAILABLE'
}
