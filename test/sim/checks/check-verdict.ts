// Owns the check that a webhook is disabled for failing only when it has failed for so long, with no success between.
import type { Ledger } from '../ledger.ts'

/** Health is evaluated by the last failed attempt; what the checkers see is at least as late. */
export function checkVerdict(
  { failingSince, swarm, clock, trace }: Ledger,
  webhookId: string,
  isDisabled: boolean,
): void {
  if (!isDisabled) return
  const since = failingSince.get(webhookId)
  if (since === undefined) trace.violate(`${webhookId} was disabled as failing although it does not fail`)
  else if (clock.jumpedBackMs === 0 && clock.now() - since < swarm.disableAfterMs) {
    trace.violate(`${webhookId} was disabled after failing for ${clock.now() - since} ms only`)
  }
}
