// Owns how far somebody has come from nothing to a delivered, verified event, from what the service has. Pure.
import type {
  DeliverySummary,
  EventSummary,
  ReceivedRequest,
  TestReceiver,
  Webhook,
} from '@getsupervisor/agents-studio-sdk'

export const STEPS = ['receiver', 'webhook', 'event', 'delivered', 'verified'] as const
export type Step = (typeof STEPS)[number]

export interface Found {
  /** The newest test receiver. */
  readonly receiver: TestReceiver | undefined
  /** The first webhook. */
  readonly webhook: Webhook | undefined
  /** The newest event. */
  readonly event: EventSummary | undefined
  readonly deliveries: readonly DeliverySummary[]
  readonly received: readonly ReceivedRequest[]
}

export type StepState = 'done' | 'now' | 'later'

/** Each is done, is the next to be done, or comes later. */
export function progressOf(found: Found): Readonly<Record<Step, StepState>> {
  const done: Readonly<Record<Step, boolean>> = {
    // Who has a webhook already has somewhere to send to.
    receiver: found.receiver !== undefined || found.webhook !== undefined,
    webhook: found.webhook !== undefined,
    event: found.event !== undefined,
    delivered: found.deliveries.some(({ status }) => status === 'success'),
    verified: found.received.some(({ verified }) => verified === true),
  }
  const next = STEPS.find((step) => !done[step])
  const stateOf = (step: Step): StepState => (done[step] ? 'done' : step === next ? 'now' : 'later')
  return {
    receiver: stateOf('receiver'),
    webhook: stateOf('webhook'),
    event: stateOf('event'),
    delivered: stateOf('delivered'),
    verified: stateOf('verified'),
  }
}
