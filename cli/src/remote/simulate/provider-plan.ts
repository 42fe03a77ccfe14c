// Owns what a provider posts in a simulation: which messages of which calls, and when. Pure: the same draw gives the same calls.
import type { SampleEnd, SourceKind } from '@getsupervisor/agents-studio-sdk'
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import type { Payload } from '@timbre/contract/providers/source-request.ts'
import { CommandError } from '../../frame/command-failure.ts'
import { Draw } from './draw.ts'
import type { Scenario } from './scenarios.ts'

export interface PlannedMessage {
  /** Counted from 1. */
  readonly call: number
  readonly callId: string
  readonly atMs: number
  readonly payload: Payload
}

export interface ProviderPlan {
  readonly kind: SourceKind
  readonly scenario: Scenario | 'mixed'
  readonly count: number
  /** Calls that begin in a second. */
  readonly rate: number
  readonly seed: number
  /** When the first begins, in milliseconds since 1970. */
  readonly startMs: number
}

/** How a scenario of events goes at a provider; what is not here has no messages of its own. */
const ENDS: Readonly<Partial<Record<Scenario, SampleEnd>>> = {
  answered: 'answered',
  busy: 'unanswered',
  'no-answer': 'unanswered',
  'carrier-error': 'failed',
  'out-of-order': 'answered',
  'provider-forgot': 'answered',
}
const MIXED = ['answered', 'no-answer', 'carrier-error', 'out-of-order'] as const
const STEP_MS = 5000

/** @throws CommandError for a scenario that no provider has messages for */
export function providerPlan(plan: ProviderPlan): readonly PlannedMessage[] {
  const { scenario, count, rate, seed } = plan
  const draw = new Draw(seed)
  const calls = Array.from({ length: count }, (_, index) => {
    const one = scenario === 'mixed' ? draw.oneOf(...MIXED) : scenario
    const callId = `simulated-${seed.toString(36)}-${index + 1}`
    const atMs = Math.round((index * 1000) / rate)
    return messagesOf(plan, one, callId, atMs).map((payload, step) => ({
      call: index + 1,
      callId,
      atMs: atMs + step * STEP_MS,
      payload,
    }))
  })
  return calls.flat().sort((a, b) => a.atMs - b.atMs)
}

function messagesOf(
  { kind, startMs }: ProviderPlan,
  scenario: Scenario,
  callId: string,
  atMs: number,
): readonly Payload[] {
  const end = ENDS[scenario]
  if (end === undefined)
    throw new CommandError(`With --source the scenarios are ${Object.keys(ENDS).join(', ')} and mixed.`)
  const messages = sampleCall(kind, callId, end, { startMs: startMs + atMs })
  if (scenario === 'out-of-order') return messages.toReversed()
  return scenario === 'provider-forgot' ? messages.slice(0, 1) : messages
}
