// Owns what becomes of a connection when a request is answered before its body has come.
import type { IncomingMessage } from 'node:http'
import { EVENT_BATCH_BYTES_MAX } from '@timbre/contract/event.ts'
import { announcedBytes } from './body-reader.ts'

/**
 * Whether the connection has to be closed after a response. What is left of an ordinary body is read past, which costs next to
 * nothing, so that the client gets to its response and keeps its connection. Not so a body of unknown or endless length: each of
 * its pieces may be a byte, and costs as much as a request.
 */
export function closesAfter(request: Pick<IncomingMessage, 'headers' | 'complete'>, status: number): boolean {
  if (request.complete) return false
  if (status === 408) return true
  const announced = announcedBytes(request)
  return announced === undefined || !(announced <= EVENT_BATCH_BYTES_MAX)
}
