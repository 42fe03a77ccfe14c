// Owns one run of a planted fault: sign, change, send, receive, diagnose.
import { type Diagnosis, diagnose } from '../../src/receiver/index.ts'
import type { Plant } from './planted-causes.ts'
import { takenBy } from './planted-receivers.ts'
import { SECRET, signedBody } from './signed-request.ts'

/** What is said of the body of an event that goes to a receiver with this fault. */
export async function diagnosePlant(
  plant: Plant,
  receiver: { readonly url: string },
  body: string,
): Promise<Diagnosis> {
  const { reader, sent = (request) => request, made = (taken) => taken, secret = SECRET, options = {} } = plant
  const request = signedBody(body)
  const { headers, body: taken } = made(await takenBy(receiver, reader, sent(request, body)))
  const receivedAt = (Number(request.headers['webhook-timestamp']) + (plant.receivedAfterS ?? 0)) * 1000
  return diagnose(taken, headers, secret, { receivedAt, ...options })
}
