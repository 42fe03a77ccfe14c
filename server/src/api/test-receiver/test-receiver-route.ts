// Owns `/receiver/<token>`: taking what is sent there, by any method and of any type.
// Must never read more of a stranger than of anybody without a key, nor answer anything but a status and a fixed text.
import { Refusal } from '@timbre/contract/errors.ts'
import { RECEIVED_BODY_BYTES_MAX } from '@timbre/contract/test-receiver.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FrontDoor } from '../http/front-door.ts'
import { TEST_RECEIVER_PATH } from './received-request.ts'
import type { Receiver, TestReceivers } from './test-receivers.ts'

/** An event of the largest size, in its envelope. What is longer than is kept is read, and told as too long. */
const BODY_BYTES_MAX = 320 * 1024
const RETRY_AFTER_SECONDS = 1

export function registerTestReceiver(app: FastifyInstance, receivers: TestReceivers, door: FrontDoor): void {
  app.addHook('onClose', async () => receivers.stop())
  app.register(async (own) => {
    own.removeAllContentTypeParsers()
    // Read here, when it is known that there is such a receiver.
    own.addContentTypeParser('*', (_request, _payload, done) => done(null, null))
    own.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: `${TEST_RECEIVER_PATH}/:token`,
      handler: async (request, reply) => {
        const receiver = receivers.findByToken((request.params as { token: string }).token) // the path has one
        if (receiver === undefined) return refuseUnknown(request, door)
        if (!receivers.mayReceive(receiver))
          throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_SECONDS })
        const body = await bodyOf(request, receiver, reply.raw, door)
        const { method } = request
        const status = await receivers.receive(receiver, { method, headers: headersOf(request), body })
        return reply.code(status).type('text/plain; charset=utf-8').send('Kept by the test receiver.\n')
      },
    })
  })
}

/** The path is not repeated: it may be a token that was good before. */
async function refuseUnknown({ method, raw }: FastifyRequest, { strangers, addresses }: FrontDoor): Promise<never> {
  await strangers.pace(addresses.of(raw))
  throw new Refusal('ROUTE_NOT_FOUND', { method, path: TEST_RECEIVER_PATH })
}

/** Null: it has more bytes than are kept. Counts for the workspace of the receiver. */
async function bodyOf(
  { raw, headers }: FastifyRequest,
  { workspaceId }: Receiver,
  response: Parameters<FrontDoor['bodies']['read']>[1],
  door: FrontDoor,
): Promise<Buffer | null> {
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return Buffer.alloc(0)
  const { bytes, done } = await door.bodies.read(raw, response, { workspaceId }, BODY_BYTES_MAX)
  try {
    return bytes.length > RECEIVED_BODY_BYTES_MAX ? null : Buffer.from(bytes)
  } finally {
    done()
  }
}

/** A header that came more than once is one text. */
function headersOf({ headers }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}
