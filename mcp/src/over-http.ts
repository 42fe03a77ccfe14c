// Owns the door for a server: one message, answered by tools whose calls go through a `fetch` that the server gives.
// Must never hold a credential: that `fetch` adds the one of whoever asks.
import { createClient, type Fetch } from '@getsupervisor/agents-studio-sdk'
import { answerMessage, type HttpMessage, type HttpResponse } from './protocol/answer-message.ts'
import { Toolbox, type ToolboxOptions } from './toolbox.ts'

export interface OverHttp extends Omit<ToolboxOptions, 'client'>, HttpMessage {
  /** Makes the calls of the tools: what these may do is decided where they arrive. */
  readonly fetch: Fetch
  readonly version: string
}

/** No address is called: `fetch` looks at the path alone. */
const BASE_URL = 'http://timbre.invalid'

/** Rejects when the signal is aborted before there is a response. */
export function answerOverHttp({ fetch, version, ...asked }: OverHttp): Promise<HttpResponse> {
  // Whoever waits can ask again; a retry here would hold the place of another request.
  const client = createClient({ baseUrl: BASE_URL, session: {}, fetch, retry: { maxRetries: 0 } })
  return answerMessage(new Toolbox({ ...asked, client }), version, asked)
}
