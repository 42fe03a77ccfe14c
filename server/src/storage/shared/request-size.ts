// Owns how many deliveries one publish request may lead to. Pure.
// A commit cannot be interrupted, and everybody else's events wait for it: 10,000 deliveries take 0.2 s (docs/performance.md).

export const REQUEST_DELIVERIES_MAX = 10_000

/**
 * How many deliveries a request leads to, if one request may not; undefined: it may. An event that comes alone always may: how
 * many webhooks a workspace has is bounded by a setting.
 * @param deliveriesOf to how many webhooks an event goes
 */
export function tooManyDeliveries<Event>(
  events: readonly Event[],
  deliveriesOf: (event: Event) => number,
): number | undefined {
  if (events.length < 2) return undefined
  let deliveries = 0
  for (const event of events) deliveries += deliveriesOf(event)
  return deliveries > REQUEST_DELIVERIES_MAX ? deliveries : undefined
}
