// Owns reading one request body into memory, whoever serves the request: the framework or the fast path.
// Must never keep the pieces it came in (a byte in a piece of its own costs a hundred), nor begin before the caller is known.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import type { BodyCapacity, CountedBody } from './body-capacity.ts'
import { SMALL_BODY_BYTES } from './body-shares.ts'
import type { ClientAddresses } from './client-address.ts'

/** Who sends the body, and how long it may be. */
export interface BodySender {
  readonly workspaceId: string
  readonly address: string
  readonly bytesMax: number
}

export interface ReceivedBody {
  readonly bytes: Uint8Array
  /** To be called when nothing that was made of it is needed any more. */
  readonly done: () => void
}

/** The bodies of all requests of a server. */
export class Bodies {
  readonly #capacity: BodyCapacity
  readonly #addresses: ClientAddresses

  constructor(capacity: BodyCapacity, addresses: ClientAddresses) {
    this.#capacity = capacity
    this.#addresses = addresses
  }

  /** See `readBody`. The caller's workspace and address are who it counts for. */
  read(
    request: IncomingMessage,
    response: ServerResponse,
    { workspaceId }: Pick<BodySender, 'workspaceId'>,
    bytesMax: number,
  ): Promise<ReceivedBody> {
    const address = this.#addresses.of(request)
    return readBody(this.#capacity, request, response, { workspaceId, address, bytesMax })
  }
}

/** So much at least is reserved once a body comes in pieces. */
const CAPACITY_MIN = 16 * 1024
/** More pieces than this, and on average smaller ones than that: no client of good will sends its body so. */
const PIECES_MAX = 1024
const PIECE_BYTES_MIN = 64

/**
 * The body as it came. Rejects with BODY_TOO_LARGE, TOO_MANY_REQUESTS (no memory), REQUEST_TIMEOUT (too slow), INVALID_JSON (cut
 * off, or in too many pieces).
 * @param request of which no body was read yet; says `100 Continue` where the client waits for it (RFC 9110 §10.1.1)
 */
export function readBody(
  capacity: BodyCapacity,
  request: IncomingMessage,
  response: ServerResponse,
  sender: BodySender,
): Promise<ReceivedBody> {
  return new Promise((resolve, reject) => {
    const announced = announcedBytes(request)
    if (announced !== undefined && announced > sender.bytesMax) throw tooLarge(sender)
    if (request.headers.expect !== undefined) response.writeContinue()
    let reading: Reading | undefined
    const begin = () => {
      const begun = new Reading(capacity, request, { ...sender, announced }, resolve, reject)
      request.once('end', () => begun.end())
      request.once('close', () => begun.break())
      return begun
    }
    // Of unknown length, or none: only its end tells.
    if (announced === undefined || announced === 0) reading = begin()
    request.on('data', (chunk: Buffer) => {
      // Most bodies come whole: nothing is copied, and nobody is asked while there is plenty.
      const done = reading === undefined && chunk.length === announced ? capacity.takeWhole(chunk.length) : undefined
      if (done !== undefined) return resolve({ bytes: chunk, done })
      reading ??= begin()
      reading.add(chunk)
    })
  })
}

/** What Content-Length says; undefined: nobody knows (chunked). */
export function announcedBytes({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined
  return Number(headers['content-length'] ?? 0)
}

class Reading {
  readonly #capacity: BodyCapacity
  readonly #request: IncomingMessage
  readonly #sender: BodySender & { readonly announced: number | undefined }
  readonly #body: CountedBody
  readonly #resolve: (body: ReceivedBody) => void
  readonly #reject: (error: unknown) => void
  #buffer: Buffer | undefined
  #length = 0
  #pieces = 0
  #isOver = false

  constructor(
    capacity: BodyCapacity,
    request: IncomingMessage,
    sender: BodySender & { readonly announced: number | undefined },
    resolve: (body: ReceivedBody) => void,
    reject: (error: unknown) => void,
  ) {
    this.#capacity = capacity
    this.#request = request
    this.#sender = sender
    this.#resolve = resolve
    this.#reject = reject
    this.#body = {
      workspaceId: sender.workspaceId,
      address: sender.address,
      isSmall: sender.announced !== undefined && sender.announced <= SMALL_BODY_BYTES,
      bytes: 0,
      since: capacity.now(),
      isComplete: false,
      cut: (refusal) => this.#fail(refusal),
    }
  }

  add(chunk: Buffer): void {
    if (this.#isOver) return
    try {
      this.#add(chunk)
    } catch (error) {
      this.#fail(error)
    }
  }

  end(): void {
    if (this.#isOver) return
    if (this.#sender.announced === undefined || this.#length === this.#sender.announced) this.#finish(this.#read())
    else this.break()
  }

  /** The client broke off. */
  break(): void {
    if (!this.#isOver) this.#fail(new Refusal('INVALID_JSON', { reason: 'unreadable' }))
  }

  #add(chunk: Buffer): void {
    const { announced, bytesMax } = this.#sender
    const length = this.#length + chunk.length
    if (length > bytesMax) throw tooLarge(this.#sender)
    this.#pieces++
    if (this.#pieces > PIECES_MAX && length < this.#pieces * PIECE_BYTES_MIN) {
      throw new Refusal('INVALID_JSON', { reason: 'too_many_pieces' })
    }
    this.#body.isComplete = length === announced
    if (this.#buffer === undefined && this.#body.isComplete) {
      this.#capacity.take(this.#body, length)
      this.#finish(chunk)
      return
    }
    const buffer = this.#withCapacity(length)
    chunk.copy(buffer, this.#length)
    this.#length = length
    if (this.#body.isComplete) this.#finish(this.#read())
  }

  #withCapacity(length: number): Buffer {
    const buffer = this.#buffer
    if (buffer !== undefined && length <= buffer.length) return buffer
    const { announced, bytesMax } = this.#sender
    const capacity = Math.min(announced ?? bytesMax, Math.max(length * 2, CAPACITY_MIN))
    this.#capacity.take(this.#body, capacity - (buffer?.length ?? 0))
    const larger = Buffer.allocUnsafeSlow(capacity)
    buffer?.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
    return larger
  }

  #read(): Buffer {
    return this.#buffer?.subarray(0, this.#length) ?? Buffer.alloc(0)
  }

  #finish(bytes: Buffer): void {
    this.#isOver = true
    this.#body.isComplete = true
    this.#resolve({ bytes, done: () => this.#capacity.leave(this.#body) })
  }

  #fail(error: unknown): void {
    this.#isOver = true
    this.#buffer = undefined
    this.#capacity.leave(this.#body)
    // What still comes is read past, so that the client gets to read its response.
    this.#request.resume()
    this.#reject(error)
  }
}

function tooLarge({ bytesMax }: BodySender): Refusal {
  return new Refusal('BODY_TOO_LARGE', { limitBytes: bytesMax })
}
