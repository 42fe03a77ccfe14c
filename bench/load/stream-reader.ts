// Owns one reader of the live stream, as cheap as it can be: it counts frames and, if it is a probe, says how old each was when it
// came. Must never parse what it does not need: hundreds of them share the cores with the server.
import { connect, type Socket } from 'node:net'

export interface StreamTarget {
  readonly address: string
  readonly apiKey: string
  readonly workspaceId: string
}

const FRAME = Buffer.from('\nevent: delivery\n')
const CHANGED_AT = Buffer.from('"updatedAt":"')
/** 2026-01-01T00:00:00.000Z */
const TIME_CHARS = 24

export class StreamReader {
  frames = 0
  readonly #onAge: ((ms: number) => void) | undefined
  readonly #socket: Socket
  readonly #frame = new Needle(FRAME, 0)
  readonly #changedAt = new Needle(CHANGED_AT, TIME_CHARS)

  /** @param onAge a probe: told of each frame how long ago its change was made, by the clock of the machine */
  constructor({ address, apiKey, workspaceId }: StreamTarget, onAge?: (ms: number) => void) {
    const { hostname, port } = new URL(address)
    this.#onAge = onAge
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.allocUnsafe(64 * 1024),
        callback: (length, buffer) => this.#take((buffer as Buffer).subarray(0, length)), // it is the one given
      },
    })
    this.#socket.on('error', () => {})
    this.#socket.write(
      `GET /v1/deliveries/stream HTTP/1.1\r\nhost: ${hostname}\r\nx-api-key: ${apiKey}\r\nx-workspace-id: ${workspaceId}\r\n\r\n`,
    )
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  /** Resolves with the first frame, which says where the stream begins. */
  get opened(): Promise<void> {
    return this.#opened.promise
  }

  readonly #opened = Promise.withResolvers<void>()

  stop(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): boolean {
    if (bytes.includes('\nid: ')) this.#opened.resolve()
    this.frames += this.#frame.find(bytes, () => {})
    if (this.#onAge !== undefined) this.#tellAges(bytes, this.#onAge)
    return true
  }

  #tellAges(bytes: Buffer, onAge: (ms: number) => void): void {
    const now = Date.now()
    this.#changedAt.find(bytes, (found, end) =>
      onAge(now - Date.parse(found.toString('latin1', end, end + TIME_CHARS))),
    )
  }
}

/** Finds a text, and so many bytes behind it, in what comes in pieces. */
class Needle {
  readonly #text: Buffer
  readonly #overlap: number
  /** The end of what came before: too short to hold one whole. */
  #tail: Buffer = Buffer.alloc(0)

  constructor(text: Buffer, behind: number) {
    this.#text = text
    this.#overlap = text.length + behind - 1
  }

  /** @returns how often it was found */
  find(bytes: Buffer, onFound: (within: Buffer, end: number) => void): number {
    const seam = Buffer.concat([this.#tail, bytes.subarray(0, this.#overlap)])
    const inSeam = this.#tail.length === 0 ? 0 : this.#count(seam, onFound, this.#tail.length)
    const found = inSeam + this.#count(bytes, onFound, bytes.length)
    const end = bytes.length >= this.#overlap ? bytes : seam
    this.#tail = Buffer.from(end.subarray(-this.#overlap))
    return found
  }

  /** Only such as begin before `startMax` and are whole. */
  #count(bytes: Buffer, onFound: (within: Buffer, end: number) => void, startMax: number): number {
    let count = 0
    for (let at = bytes.indexOf(this.#text); at !== -1 && at < startMax; at = bytes.indexOf(this.#text, at + 1)) {
      if (bytes.length - at <= this.#overlap) break
      onFound(bytes, at + this.#text.length)
      count++
    }
    return count
  }
}
