// Owns the bytes of a request: one POST, or one GET, with its headers and its body (RFC 9112 §3–§6), written at once; the moment at which
// they are, which is the end of the tick for all of it; and the memory that those are written from which are too large for Node's own pool.
// Must never let a header end its line: whatever comes in, one request goes out; nor give a block to a request while another may still
// be read from it; nor hold a request back for longer: the tick ends as soon as nothing else is ready.

export interface RequestTarget {
  /** Path and query, percent-encoded as the URL parser writes them. */
  readonly path: string
  /** Host and port for the `host` header. */
  readonly host: string
}

export type Method = 'POST' | 'GET'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Names that were checked before. Nearly all requests have the same ones. */
const knownNames = new Set<string>()
const KNOWN_NAMES_MAX = 1000
/** What comes back is text that is kept as it is: any type, and no coding of it (CONTRACT §3). */
const ACCEPT = 'accept: */*\r\naccept-encoding: identity\r\n'
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/**
 * @param headers without `host`, `connection`, `content-length`, `accept` and `accept-encoding`, which are set here
 * @returns undefined when a header cannot be sent (RFC 9110 §5.1, §5.5)
 */
export function requestBytes(
  { path, host }: RequestTarget,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  memory: RequestMemory,
  method: Method = 'POST',
): Buffer | undefined {
  const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\ncontent-length: ${bodyBytes}\r\n${ACCEPT}`
  for (const name in headers) {
    const value = headers[name] as string // a key of the object
    if (!isName(name) || NO_VALUE.test(value)) return undefined
    head += `${name}: ${value}\r\n`
  }
  head += '\r\n'
  const bytes = memory.take(head.length + bodyBytes)
  bytes.write(head, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length)
  else bytes.set(body, head.length)
  return bytes
}

function isName(text: string): boolean {
  if (knownNames.has(text)) return true
  if (!NAME.test(text)) return false
  if (knownNames.size < KNOWN_NAMES_MAX) knownNames.add(text)
  return true
}

/** Below it, Buffer.allocUnsafe cuts from a pool. */
const POOLED_BYTES_MAX = 4096
const BLOCK_BYTES = 32 * 1024
/** 4 MiB: what two ticks begin. More are in use only while more requests are being written at once. */
const FREE_MAX = 128

/**
 * A new block for each request of 16 KiB costs half as much again as the request, most of it on other threads: pages, collector
 * (docs/performance.md).
 */
export class RequestMemory {
  readonly #free: Buffer[] = []

  /** So many bytes, with anything in them. */
  take(bytes: number): Buffer {
    if (bytes <= POOLED_BYTES_MAX || bytes > BLOCK_BYTES) return Buffer.allocUnsafe(bytes)
    return (this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)).subarray(0, bytes)
  }

  /** What a socket is to call once it has written these bytes, if anything: a callback costs a tick of its own. */
  whenWritten(bytes: Uint8Array): ((error?: Error | null) => void) | undefined {
    const { buffer } = bytes
    if (bytes.length <= POOLED_BYTES_MAX || !(buffer instanceof ArrayBuffer) || buffer.byteLength !== BLOCK_BYTES) {
      return undefined
    }
    return (error) => {
      // After an error nobody can say who still reads it.
      const isFree = error === null || error === undefined
      if (isFree && this.#free.length < FREE_MAX) this.#free.push(Buffer.from(buffer))
    }
  }
}

/**
 * A write wakes the receiver. Written one by one, between other work, requests meet a receiver that has fallen asleep
 * after each, and their responses come one by one, which costs both sides (docs/performance.md).
 */
export class TickWrites {
  #writes: (() => void)[] = []

  add(write: () => void): void {
    if (this.#writes.push(write) === 1) setImmediate(() => this.#end())
  }

  #end(): void {
    const writes = this.#writes
    this.#writes = []
    for (const write of writes) write()
  }
}
