// Owns a name server for tests: real UDP on this machine, answers as a script tells it, and remembers what it was asked.
// Must never reach beyond 127.0.0.1, nor answer what it was not asked.
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'

export interface Question {
  readonly name: string
  readonly type: 'A' | 'AAAA'
}

/** `silent`: no answer, ever. A promise: the answer comes when it resolves. */
export type DnsAnswer = readonly string[] | 'nxdomain' | 'nodata' | 'servfail' | 'refused' | 'silent'
export type DnsScript = (question: Question) => DnsAnswer | Promise<DnsAnswer>

const TYPES: Readonly<Record<number, Question['type']>> = { 1: 'A', 28: 'AAAA' }
const CODES = { nodata: 0, servfail: 2, nxdomain: 3, refused: 5 } as const
const HEADER_BYTES = 12
/** Recursion was desired and is available; this is a response. */
const FLAGS = 0x8180
const TTL_SECONDS = 60

export class NameServer {
  /** In the order in which they came, repetitions of an unanswered one included. */
  readonly questions: Question[] = []
  readonly #socket = createSocket('udp4')
  readonly #script: DnsScript

  constructor(script: DnsScript) {
    this.#script = script
  }

  /** `127.0.0.1:port`, as `setServers` takes it. */
  get address(): string {
    const { address, port } = this.#socket.address()
    return `${address}:${port}`
  }

  async start(): Promise<this> {
    this.#socket.on('message', (message, from) => void this.#answer(message, from))
    this.#socket.bind(0, '127.0.0.1')
    await once(this.#socket, 'listening')
    return this
  }

  stop(): void {
    this.#socket.close()
  }

  /** How many questions about this name came. */
  asked(name: string): number {
    return this.questions.filter((question) => question.name === name).length
  }

  async #answer(message: Buffer, from: RemoteInfo): Promise<void> {
    const { name, end } = readName(message)
    const type = TYPES[message.readUInt16BE(end)]
    if (type === undefined) return
    this.questions.push({ name, type })
    const answer = await this.#script({ name, type })
    if (answer === 'silent') return
    const question = message.subarray(HEADER_BYTES, end + 4)
    this.#socket.send(response(message.readUInt16BE(0), question, answer), from.port, from.address)
  }
}

function readName(message: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

function response(id: number, question: Buffer, answer: Exclude<DnsAnswer, 'silent'>): Buffer {
  const addresses = typeof answer === 'string' ? [] : answer
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(FLAGS | (typeof answer === 'string' ? CODES[answer] : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(addresses.length, 6)
  return Buffer.concat([header, question, ...addresses.map(record)])
}

function record(address: string): Buffer {
  const data = isIPv6(address) ? ipv6(address) : Buffer.from(address.split('.').map(Number))
  const fixed = Buffer.alloc(HEADER_BYTES)
  // A pointer to the name of the question.
  fixed.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  fixed.writeUInt16BE(isIPv6(address) ? 28 : 1, 2)
  fixed.writeUInt16BE(1, 4)
  fixed.writeUInt32BE(TTL_SECONDS, 6)
  fixed.writeUInt16BE(data.length, 10)
  return Buffer.concat([fixed, data])
}

function ipv6(address: string): Buffer {
  const [left = '', right] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const before = groups(left)
  const after = groups(right ?? '')
  const gap = right === undefined ? 0 : 8 - before.length - after.length
  const bytes = Buffer.alloc(16)
  ;[...before, ...Array<number>(gap).fill(0), ...after].forEach(
    (group, nth) => void bytes.writeUInt16BE(group, nth * 2),
  )
  return bytes
}
