// Owns telling that the schema of an event type, which an earlier version took, cannot be used any more.
import { Refusal } from '@timbre/contract/errors.ts'

/** Whether an error of validating `data` means that: the type is there, and its events cannot be validated. */
export function isUnusableType(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'INVALID_EVENT_TYPE_SCHEMA'
}
