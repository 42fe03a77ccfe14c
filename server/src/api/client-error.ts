// Owns the answer to what is no HTTP request: broken syntax, endless headers, a client that never finishes.
// Must never throw: there is no request to answer for, only a socket.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { errorMessage } from '@timbre/contract/errors.ts'

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}
const SUMMARIES: Readonly<Record<number, string>> = {
  400: 'The request is not valid HTTP',
  408: 'The request did not arrive in time',
  431: 'The headers are larger than 16 KiB',
}

/** Writes one answer in the contract's form and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const status = STATUS_OF[error.code ?? ''] ?? 400
  const message = errorMessage('INVALID_INPUT', { summary: SUMMARIES[status] }, 'en')
  const body = JSON.stringify({ code: 'INVALID_INPUT', message, details: {} })
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json; charset=utf-8\r\n`
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
}
