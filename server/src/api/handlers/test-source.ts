// Owns what happens at /v1/sources/{id}/test: the messages of one call, signed as the provider signs, go the way of its own.
import { providerRequest } from '@timbre/contract/providers/provider-request.ts'
import type { SigningKey } from '@timbre/contract/providers/provider-signature.ts'
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { telnyxKeys } from '@timbre/contract/providers/telnyx.ts'
import type { RefusalCause, SIGNED_WITH } from '@timbre/contract/source.ts'
import { TEST_CALL_PREFIX } from '@timbre/contract/test-call.ts'
import { openSecrets } from '../../sources/source-secrets.ts'
import { readSetup, type SourceSetup } from '../../sources/source-setup.ts'
import type { SourceRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { presentEvent } from '../present/present-event.ts'
import { presentSignal } from '../present/present-signal.ts'
import { reasonSentence } from '../validation/reasons.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findSource } from './find-source.ts'

/** Sample calls are over by then. */
const CALL_MS = 30_000
const SEED_BYTES = 32
/** More than any sample call has. */
const SHOWN_MAX = 20

export function testSourceHandlers(api: Api): Pick<Handlers, 'testSource'> {
  return { testSource: (call) => testSource(api, call) }
}

async function testSource(api: Api, call: Call<'testSource'>) {
  const { workspaceId } = call.caller
  const source = await findSource(api, call.caller, call.params.sourceId)
  const now = api.clock.now()
  const callId = `${TEST_CALL_PREFIX}${api.random.uuid(now)}`
  const signing = signingOf(api, source)
  const cause = await takeAll(api, source, { callId, now, outcome: call.body.outcome, ...signing })
  const signals = await api.storage.listSignals(workspaceId, callId, SHOWN_MAX)
  const { rows } = await api.storage.listEvents(workspaceId, { callId }, { limit: SHOWN_MAX, before: null })
  const response = {
    callId,
    signedWith: signing.signedWith,
    cause,
    message: cause === null ? null : reasonSentence(cause, call.language),
    signals: signals.map(presentSignal),
    events: rows.toReversed().map(presentEvent),
  }
  const note = { now, action: 'source.tested', targetId: source.id, response } as const
  // As with a test of a webhook: known only afterwards. The same Idempotency-Key may make one more call if the process dies between the two.
  await api.storage.addAuditEntry(changeContext(api, call, note))
  return response
}

interface Signing {
  readonly key: SigningKey
  readonly signedWith: (typeof SIGNED_WITH)[number]
  /** Where only the provider has what signs. */
  readonly publicKey?: string
}

function signingOf({ vault, random }: Api, source: SourceRow): Signing {
  const { verification } = readSetup(source.setup)
  if (source.kind === 'telnyx') {
    const { privateKey, publicKey } = telnyxKeys(random.bytes(SEED_BYTES))
    return { key: { secret: privateKey }, publicKey, signedWith: 'test_key' }
  }
  const { secret } = openSecrets(vault, source)
  return { key: { secret, ...(verification === null ? {} : { hmac: verification }) }, signedWith: 'secret' }
}

interface TestCall extends Pick<Signing, 'key' | 'publicKey'> {
  readonly callId: string
  readonly now: number
  readonly outcome: Call<'testSource'>['body']['outcome']
}

/** Until one is refused: why; null: all were taken. */
async function takeAll(api: Api, source: SourceRow, test: TestCall): Promise<RefusalCause | null> {
  const { callId, now, outcome, key, publicKey } = test
  const setup = readSetup(source.setup)
  const fields = setup.fields === null ? {} : { fields: setup.fields }
  for (const payload of sampleCall(source.kind, callId, outcome, { startMs: now - CALL_MS, ...fields })) {
    const message = { kind: source.kind, url: urlOf(source, setup), payload }
    const request = providerRequest(message, key, api.clock.now())
    const taken = await api.intake.take(source, request, publicKey === undefined ? {} : { publicKey })
    if (taken.kind === 'refused') return taken.cause
  }
  return null
}

/** What the provider would sign; without a public URL that is known only once it calls. */
function urlOf({ token }: SourceRow, { publicUrl }: SourceSetup): string {
  return `${publicUrl?.replace(/\/$/, '') ?? 'https://timbre.invalid'}/sources/${token}`
}
