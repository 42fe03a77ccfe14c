// Owns the response to what is no HTTP request: broken syntax, endless headers, a client that never finishes.
// Must never throw: there is no request to answer for, only a socket. Nor write into a response that has begun.
import type { Socket } from 'node:net'
import { type ErrorCode, errorMessage } from '@timbre/contract/errors.ts'
import type { ApiDependencies } from '../api-dependencies.ts'
import { STATUS_CODES } from './node-http.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

interface ClientError {
  readonly status: number
  readonly code: ErrorCode
  readonly summary: string
}

const NOT_HTTP: ClientError = { status: 400, code: 'INVALID_INPUT', summary: 'The request is not valid HTTP' }
const NO_CONNECT: ClientError = { status: 405, code: 'METHOD_NOT_ALLOWED', summary: '' }
const BY_CODE: Readonly<Record<string, ClientError>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'INVALID_INPUT', summary: 'The headers are larger than 16 KiB' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'INVALID_INPUT', summary: 'The chunk extensions are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'REQUEST_TIMEOUT', summary: '' },
}

type IdDependencies = Pick<ApiDependencies, 'random' | 'clock'>

/** Writes one response in the contract's form and closes the connection. */
export function answerClientError(
  deps: IdDependencies,
  error: Error & { readonly code?: string },
  socket: Socket,
  isAnswering: boolean,
): void {
  if (error.code === 'ECONNRESET' || isAnswering) socket.destroy()
  else write(deps, BY_CODE[error.code ?? ''] ?? NOT_HTTP, socket)
}

/** The response to CONNECT, which asks for a tunnel. */
export function answerConnect(deps: IdDependencies, socket: Socket, isAnswering: boolean): void {
  if (isAnswering) socket.destroy()
  else write(deps, NO_CONNECT, socket)
}

function write({ random, clock }: IdDependencies, { status, code, summary }: ClientError, socket: Socket): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const details = { method: 'CONNECT', path: '*', allowed: 'GET, POST, PATCH, DELETE' }
  const message = errorMessage(code, { summary, ...details }, 'en')
  const body = JSON.stringify({ code, message, details: {} })
  const headers = {
    ...SECURITY_HEADERS,
    ...(status === 405 && { allow: details.allowed }),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': random.uuid(clock.now()),
    date: new Date(clock.now()).toUTCString(),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}
