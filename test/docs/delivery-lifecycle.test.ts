import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { TRIGGERS, type Trigger } from '@timbre/contract/attempt.ts'
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { type Decision, decide } from '@timbre/server/engine/decide.ts'
import { describe, expect, test } from 'vitest'

const page = readFileSync(fileURLToPath(new URL('../../docs/concepts/delivery-lifecycle.md', import.meta.url)), 'utf8')
const policy = { scheduleSeconds: [0, 5, 300], jitter: 0.2 }
const ANSWERS: Readonly<Record<string, readonly (number | null)[]>> = {
  '2xx': [200, 204, 299],
  '3xx, 4xx, 5xx': [301, 308, 400, 404, 429, 500, 503],
  '410': [410],
  none: [null],
}

function choose(
  trigger: Trigger,
  succeededBefore: boolean,
  attemptsLeft: boolean,
  responseStatus: number | null,
): Decision {
  const end = { responseStatus, retryAfter: undefined }
  return decide({ trigger, succeededBefore, scheduledAttempts: attemptsLeft ? 0 : 5, end, policy, now: 0, chance: 0.5 })
}

const rows = [
  ...page.matchAll(/^\| ((?:automatic|manual|test)[^|]*) \| (yes|no) \| (yes|no) \| ([^|]+) \| (\w+) \| ([^|]*)\|$/gm),
].map(([, triggers, before, left, answer, status, webhook]) => ({
  triggers: String(triggers).split(', ') as Trigger[], // checked against TRIGGERS below
  before: before === 'yes',
  left: left === 'yes',
  answer: String(answer),
  status: String(status),
  isDisabled: webhook?.trim() === 'disabled',
}))

describe('the page on the life of a delivery', () => {
  test('has a table that says what decide does', () => {
    expect(rows.length).toBeGreaterThan(10)
    for (const { triggers, before, left, answer, status, isDisabled } of rows) {
      for (const trigger of triggers) {
        expect(TRIGGERS).toContain(trigger)
        for (const code of ANSWERS[answer] ?? []) {
          const decision = choose(trigger, before, left, code)
          expect([trigger, before, left, code, decision.status]).toEqual([trigger, before, left, code, status])
          expect(decision.disableWebhook).toBe(isDisabled ? 'gone' : null)
        }
      }
    }
  })

  test('draws every edge that decide can take, and no other', () => {
    const drawn = [...page.matchAll(/^ {2}sending --> (\w+): decide$/gm)].map(([, to]) => to)
    const taken = new Set<string>()
    for (const trigger of TRIGGERS)
      for (const before of [true, false])
        for (const left of [true, false])
          for (const code of Object.values(ANSWERS).flat()) taken.add(choose(trigger, before, left, code).status)
    expect(drawn.toSorted()).toEqual([...taken].toSorted())
  })

  test('knows every status and no other', () => {
    const named = new Set([...page.matchAll(/(\w+) --> (\w+):/g)].flatMap(([, from, to]) => [String(from), String(to)]))
    expect([...named].toSorted()).toEqual([...DELIVERY_STATUSES].toSorted())
  })
})
