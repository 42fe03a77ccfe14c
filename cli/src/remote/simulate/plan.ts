// Owns when which event of which simulated call is published: several calls beside each other, on one clock.
import { Draw } from './draw.ts'
import { callEvents, type Scenario, type SimulatedEvent } from './scenarios.ts'

export interface PlannedEvent extends SimulatedEvent {
  /** Counted from 1. */
  readonly call: number
}

export interface PlanOptions {
  readonly scenarios: readonly [Scenario, ...Scenario[]]
  readonly count: number
  /** Calls that begin in a second of the simulated clock. */
  readonly rate: number
  readonly seed: number
}

/** All events in the order in which they come; `atMs` from the beginning of the first call. */
export function planOf({ scenarios, count, rate, seed }: PlanOptions): PlannedEvent[] {
  const draw = new Draw(seed)
  const [first, ...others] = scenarios
  let startMs = 0
  const events: PlannedEvent[] = []
  for (let call = 1; call <= count; call++) {
    const scenario = draw.oneOf(first, ...others)
    for (const event of callEvents(scenario, draw)) events.push(moved(event, startMs, call))
    // Calls come as they please: exponential gaps, which are a Poisson process.
    startMs += Math.round((-Math.log(1 - draw.next()) / rate) * 1000)
  }
  return events.sort((a, b) => a.atMs - b.atMs)
}

function moved(event: SimulatedEvent, byMs: number, call: number): PlannedEvent {
  const { atMs, happenedAtMs } = event
  return {
    ...event,
    call,
    atMs: atMs + byMs,
    ...(happenedAtMs === undefined ? {} : { happenedAtMs: happenedAtMs + byMs }),
  }
}
