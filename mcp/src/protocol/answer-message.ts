// Owns the protocol over HTTP: one message, one response, and nothing that is kept between two (streamable HTTP, without sessions).
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Toolbox } from '../toolbox.ts'
import { protocolServer } from './protocol-server.ts'

export interface HttpMessage {
  /** The body, read as JSON. */
  readonly message: unknown
  readonly accept: string | undefined
  readonly protocolVersion: string | undefined
  /** Aborted when nobody waits for the response any more. */
  readonly signal: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  readonly type: string | undefined
  /** Empty for a notification. */
  readonly text: string
}

/** The transport asks for an address, and looks at no part of it. */
const ADDRESS = 'http://timbre.invalid/mcp'

export async function answerMessage(toolbox: Toolbox, version: string, asked: HttpMessage): Promise<HttpResponse> {
  const server = protocolServer(toolbox, version)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  const close = () => void server.close()
  asked.signal.addEventListener('abort', close, { once: true })
  try {
    const request = new Request(ADDRESS, { method: 'POST', headers: headersOf(asked) })
    const response = await untilAborted(transport.handleRequest(request, { parsedBody: asked.message }), asked.signal)
    const type = response.headers.get('content-type') ?? undefined
    return { status: response.status, type, text: await response.text() }
  } finally {
    asked.signal.removeEventListener('abort', close)
    await server.close()
  }
}

function headersOf({ accept, protocolVersion }: HttpMessage): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(accept === undefined ? {} : { accept }),
    ...(protocolVersion === undefined ? {} : { 'mcp-protocol-version': protocolVersion }),
  }
}

/** A message that is given up has no response, and the transport would wait for one. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
