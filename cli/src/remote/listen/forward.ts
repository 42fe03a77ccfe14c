// Owns forwarding one delivery to a receiver on this machine: the very headers and bytes, so that any verifier passes.
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { now } from '../../frame/world.ts'

export interface LocalAnswer {
  readonly status: number
  readonly body: string
  readonly durationMs: number
}

const TIMEOUT_MS = 15_000
/** What the service keeps of an answer. */
const BODY_BYTES_MAX = 16 * 1024
const CONNECT_MS_MAX = 1000

/** @throws Error of node:net, such as ECONNREFUSED where nothing listens */
export function forward(url: URL, headers: Readonly<Record<string, string>>, text: string): Promise<LocalAnswer> {
  const begun = now()
  const body = Buffer.from(text, 'utf8')
  const send = url.protocol === 'https:' ? secureRequest : plainRequest
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      timeout: TIMEOUT_MS,
      // A receiver on this machine has a certificate of its own making.
      rejectUnauthorized: false,
    }
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const answer = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString('utf8')
        resolve({ status: response.statusCode ?? 0, body: answer, durationMs: now() - begun })
      })
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
    request.on('error', reject)
    request.end(body)
  })
}

/** Whether something listens there. */
export function listens({ hostname, port, protocol }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80), timeout: CONNECT_MS_MAX })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
