// Owns what a person at the view does with an exchange: have it sent again, change and send it, ask whether it verifies.
// Must never show the signing secret.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import { type Diagnosis, diagnose, type EventToSign, signRequest } from '@getsupervisor/agents-studio-sdk/receiver'
import { SUPERVISOR_SIGNATURE_PREVIOUS } from '@timbre/contract/signature.ts'
import { CommandError } from '../../frame/command-failure.ts'
import { newId, now } from '../../frame/world.ts'
import { type Exchange, eventIn, statusOf } from './exchange.ts'
import { forward } from './forward.ts'

export interface DeskDependencies {
  readonly client: Client
  readonly webhookId: string
  readonly forwardTo: URL
  readonly nextNumber: () => number
}

export class Desk {
  readonly #dependencies: DeskDependencies

  constructor(dependencies: DeskDependencies) {
    this.#dependencies = dependencies
  }

  /** The server sends it again: signed anew, and recorded as an attempt. It comes as any delivery does. */
  async resend({ origin, deliveryId }: Exchange): Promise<string> {
    if (origin === 'edited')
      throw new CommandError('The server knows nothing of this one: it was edited. Edit it again.')
    await this.#dependencies.client.webhooks.retryDelivery(this.#dependencies.webhookId, deliveryId)
    return 'Asked for: it comes again, with a new signature.'
  }

  /** What an editor is opened with: the envelope with an id of its own, so that the receiver does not take it for a repeat. */
  draftOf({ body }: Exchange): unknown {
    return { ...JSON.parse(body), id: `evt_edited_${newId()}` }
  }

  /** Signs what the editor left and sends it to the receiver. The server knows nothing of it. */
  async sendEdited(exchange: Exchange, changed: unknown): Promise<Exchange> {
    const { forwardTo, nextNumber } = this.#dependencies
    const request = await this.#signed(changed)
    const { [SUPERVISOR_SIGNATURE_PREVIOUS]: _, ...others } = exchange.headers
    const headers = { ...others, ...request.headers }
    const forwardedAt = now()
    const end = await forward(forwardTo, { headers, body: request.body })
    return {
      nth: nextNumber(),
      origin: 'edited',
      deliveryId: '',
      ...eventIn(headers, request.body),
      attempt: 1,
      isRepeat: false,
      headers,
      body: request.body,
      forwardedAt,
      durationMs: end.durationMs,
      response: end.outcome === 'answered' ? end.response : null,
      error: end.outcome === 'answered' ? null : end.reason,
    }
  }

  /** What is to be said of its signature, a sentence for each line. */
  async verdict(exchange: Exchange): Promise<readonly string[]> {
    const { headers, body, forwardedAt } = exchange
    const diagnosis = await diagnose(body, headers, await this.#secret(), { receivedAt: forwardedAt })
    return verdictTexts(diagnosis, exchange)
  }

  async #signed(changed: unknown) {
    if (!isEvent(changed)) throw new CommandError('An event is an object with a type and data. Nothing was sent.')
    const { id, type, created_at, data } = changed
    const event = {
      type,
      data,
      ...(id === undefined ? {} : { id }),
      ...(created_at === undefined ? {} : { created_at }),
    }
    try {
      return await signRequest(event, await this.#secret())
    } catch (error) {
      // The SDK says which value is wrong.
      throw error instanceof TypeError ? new CommandError(`${error.message} Nothing was sent.`) : error
    }
  }

  async #secret(): Promise<string> {
    const { client, webhookId } = this.#dependencies
    return (await client.webhooks.getSecret(webhookId)).secret
  }
}

function isEvent(value: unknown): value is EventToSign {
  if (typeof value !== 'object' || value === null) return false
  const { type, data } = value as Partial<EventToSign> // each is looked at
  return typeof type === 'string' && typeof data === 'object' && data !== null
}

function verdictTexts({ verifies, cause, message, detail }: Diagnosis, exchange: Exchange): readonly string[] {
  const facts = Object.entries(detail).map(([name, value]) => `${name} ${value}`)
  const status = statusOf(exchange)
  const isRefused = verifies && [400, 401, 403].includes(status)
  return [
    `${verifies ? 'It verifies' : 'It does not verify'}${cause === null ? '' : `: ${cause}`}`,
    message,
    ...(facts.length > 0 ? [facts.join(', ')] : []),
    ...(isRefused
      ? [
          '',
          `The receiver refused it with ${status} all the same: it has another secret ("timbre listen --print-secret" shows this one), or verifies a body that was parsed.`,
        ]
      : []),
  ]
}
