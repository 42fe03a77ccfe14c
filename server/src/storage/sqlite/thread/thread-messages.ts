// Owns the messages between the server and the storage thread, and how an error crosses without losing what it is.
import { type ErrorCode, Refusal } from '@timbre/contract/errors.ts'
import { ResponseExists } from '../../interface/response-exists.ts'
import type { CallMethod, Packed } from './flat-calls.ts'

/** The writer is the only one that changes the file; the reader answers lists. */
export type WorkerRole = 'writer' | 'reader'

export interface ThreadCall {
  readonly id: number
  readonly method: CallMethod
  readonly args: Packed
}

export type ThreadReply =
  | { readonly id: number; readonly value: Packed }
  | { readonly id: number; readonly error: ThreadError }

export type ThreadError =
  | { readonly kind: 'refusal'; readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> }
  | { readonly kind: 'response_exists' }
  | { readonly kind: 'fault'; readonly message: string; readonly stack: string | undefined }

export function packError(error: unknown): ThreadError {
  if (error instanceof Refusal) return { kind: 'refusal', code: error.code, details: error.details }
  if (error instanceof ResponseExists) return { kind: 'response_exists' }
  if (error instanceof Error) return { kind: 'fault', message: error.message, stack: error.stack }
  return { kind: 'fault', message: String(error), stack: undefined }
}

export function unpackError(error: ThreadError): Error {
  switch (error.kind) {
    case 'refusal':
      return new Refusal(error.code, error.details)
    case 'response_exists':
      return new ResponseExists()
    case 'fault': {
      const fault = new Error(error.message)
      // Where it happened, on the other side.
      if (error.stack !== undefined) fault.stack = error.stack
      return fault
    }
  }
}
