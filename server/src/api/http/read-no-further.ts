// Owns the end of reading requests from a connection that is cut off.
// Must never be needed for anything but time: without it the same requests are read and dropped.
import type { Socket } from 'node:net'

/** Node's own, and not documented: what its HTTP parser asks about each head of a request. */
interface ParsedSocket extends Socket {
  parser?: { onIncoming?: unknown } | null
}

/** Neither "go on" nor "no body follows" nor "another protocol follows": the parser ends as at a syntax error. */
const STOP = -1

/**
 * Node goes on reading what has come of a connection that is destroyed: up to 64 KiB, which can be 1,400 requests and takes 15 ms, of each
 * connection, before anybody else has a turn. After this it stops at the next request.
 */
export function readNoFurther(socket: Socket): void {
  const { parser } = socket as ParsedSocket
  if (typeof parser?.onIncoming === 'function') parser.onIncoming = () => STOP
}
