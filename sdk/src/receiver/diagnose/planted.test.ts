// Each cause, planted in requests to real receivers and in what these make of them, is named.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagnosePlant } from '../../../test/support/diagnose-plant.ts'
import { PLANTS } from '../../../test/support/planted-causes.ts'
import { eventBody } from '../../../test/support/planted-events.ts'
import { type PlantedReceiver, RECEIVERS } from '../../../test/support/planted-receivers.ts'
import { SECRET, signedBody } from '../../../test/support/signed-request.ts'
import { CAUSES } from './causes.ts'
import type { Diagnosis } from './diagnose.ts'

const EVENTS_A_PLANT = 8

const shown = (diagnosis: Diagnosis) => JSON.stringify(diagnosis)

/** The secret, and what would be right: nothing of it is said. */
function hidden(body: string): RegExp {
  const { headers } = signedBody(body)
  const signatures = [headers['webhook-signature'], headers['x-supervisor-signature']].map(
    (text) => text?.split(/[,=]/)[1],
  )
  const parts = [SECRET.slice('whsec_'.length), 'MjM0', ...signatures]
  return new RegExp(parts.map((part = '') => RegExp.escape(part)).join('|'))
}

test('every cause is planted', () => {
  expect([...new Set(PLANTS.map(({ cause }) => cause))].sort()).toEqual(Object.keys(CAUSES).sort())
})

describe.each(Object.entries(RECEIVERS))('%s', (_, start) => {
  let receiver: PlantedReceiver
  beforeAll(async () => {
    receiver = await start()
  })
  afterAll(() => receiver.stop())

  test.each(PLANTS)('$cause: $name', async (plant) => {
    const property = fc.asyncProperty(eventBody, async (body) => {
      fc.pre(plant.needsCharacters !== true || body.includes('ñ'))
      const diagnosis = await diagnosePlant(plant, receiver, body)
      expect(diagnosis).toMatchObject({ cause: plant.cause })
      expect(shown(diagnosis)).not.toMatch(hidden(body))
    })
    await fc.assert(property, { numRuns: EVENTS_A_PLANT })
  })

  test('and no cause where there is no fault', async () => {
    const property = fc.asyncProperty(eventBody, fc.constantFrom('raw', 'text'), async (body, reader) => {
      const nothing = { cause: 'clock', name: 'none', reader } as const
      expect(await diagnosePlant(nothing, receiver, body)).toMatchObject({ verifies: true, cause: null, checks: 1 })
    })
    await fc.assert(property, { numRuns: EVENTS_A_PLANT })
  })
})
