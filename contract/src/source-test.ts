// Owns what comes of testing a source: the messages of one call, signed as its provider signs, and the events that follow.
import Type from 'typebox'
import { CallSignal } from './call.ts'
import { EventSummary } from './event.ts'
import { Nullable, Words } from './schema.ts'
import { REFUSAL_CAUSES, SIGNED_WITH } from './source.ts'

export const Signals = Type.Object({ data: Type.Array(CallSignal) })

export const SourceTestResult = Type.Object({
  callId: Type.String({ description: 'Of the call that was made: it begins with `timbre-test-`' }),
  signedWith: Words(SIGNED_WITH, {
    description:
      "`secret`: with that of the source. `test_key`: with a key made for this test, because the provider's private key is its own (Telnyx)",
  }),
  cause: Nullable(Words(REFUSAL_CAUSES), { description: 'Why a message was refused; null: all were taken' }),
  message: Nullable(Type.String(), { description: 'What the cause means, and what to do' }),
  signals: Type.Array(CallSignal, { description: 'What was taken, in order' }),
  events: Type.Array(EventSummary, {
    description: 'What was published, oldest first; `data.provider.is_test` is true',
  }),
})
export type SourceTestResult = Type.Static<typeof SourceTestResult>
