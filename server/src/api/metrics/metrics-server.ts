// Owns the second port, where there is nothing but /metrics: the one that a network policy closes to everybody but Prometheus.
// Must never serve anything else, nor be needed by the API.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Logger } from 'pino'
import { createServer } from '../http/node-http.ts'
import { requestFault } from '../http/request-head.ts'
import { SECURITY_HEADERS } from '../http/security-headers.ts'
import { type RefusalDependencies, sendRefusal } from '../http/send-refusal.ts'
import { METRICS_TYPE, type MetricsPage } from './metrics-page.ts'

export interface MetricsServerDependencies extends RefusalDependencies {
  readonly page: MetricsPage
  readonly log: Pick<Logger, 'error'>
}

const CONNECTIONS_MAX = 64
const REQUEST_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 30_000

/** Not yet listening. */
export function metricsServer(dependencies: MetricsServerDependencies): Server {
  const options = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    // `requestFault` says it in the form of every response.
    requireHostHeader: false,
  }
  const server = createServer(options, (request, response) => {
    // One request at a time, as everywhere: see `Connections.begin`.
    if (response.socket === null) request.socket.destroy()
    else void serve(dependencies, request, response)
  })
  server.maxConnections = CONNECTIONS_MAX
  server.timeout = IDLE_TIMEOUT_MS
  return server
}

async function serve(
  dependencies: MetricsServerDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    refuseOther(request)
    dependencies.page.allow(request.headers.authorization)
    const text = await dependencies.page.text()
    const headers = { ...SECURITY_HEADERS, 'content-type': METRICS_TYPE, 'content-length': String(text.length) }
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : text)
  } catch (error) {
    if (!(error instanceof Refusal)) dependencies.log.error({ err: error }, 'the metrics could not be read')
    sendRefusal(dependencies, request, response, error instanceof Refusal ? error : new Refusal('INTERNAL_ERROR'))
  }
}

function refuseOther(request: IncomingMessage): void {
  const fault = requestFault(request)
  if (fault !== undefined) throw fault
  const { method = '', url = '' } = request
  const path = (url.split('?', 1)[0] ?? '').slice(0, 256)
  if (path !== '/metrics') throw new Refusal('ROUTE_NOT_FOUND', { method, path })
  if (method !== 'GET' && method !== 'HEAD')
    throw new Refusal('METHOD_NOT_ALLOWED', { method, path, allowed: 'GET, HEAD' })
}
