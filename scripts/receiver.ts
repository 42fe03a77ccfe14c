// Owns `npm run receiver`: a receiver for development, as a customer would write it. Verifies each event with the SDK and prints it.
// Must never answer 200 to what it could not verify.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { expressReceiver, type WebhookEvent } from '@getsupervisor/agents-studio-sdk/receiver'

const HOST = '127.0.0.1'
const { secret, port } = options()

const receive = expressReceiver({
  secret,
  onEvent: ({ id, type, data }: WebhookEvent) =>
    console.log(`${type}  ${id}  signature verified\n${JSON.stringify(data)}`),
  onRefused: ({ code, message }) => console.log(`refused  ${code}  ${message}`),
})

const server = createServer((request, response) => void answer(request, response))
server.once('error', (error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE'
  fail(isTaken ? `Port ${port} is in use. Choose another: npm run receiver -- --port ${port + 1}` : error.message)
})
server.listen(port, HOST, () => console.log(`Waiting for events on http://${HOST}:${port} (Ctrl-C ends it).`))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await receive(request, response, (error) => {
    console.error(error)
    response.writeHead(500).end()
  })
}

function options(): { readonly secret: string; readonly port: number } {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail('--port takes a number from 1 to 65535.')
  const secret = process.env['WEBHOOK_SECRET'] ?? ''
  if (secret === '' || secret === 'null')
    fail('Set WEBHOOK_SECRET to the secret of the webhook: GET /v1/webhooks/{id}/secret shows it.')
  return { secret, port }
}

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
