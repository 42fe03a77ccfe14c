import { describe, expect, test } from 'vitest'
import { isFiltered, queryOf, readFilter } from './delivery-filter.ts'

describe('the filter in the address', () => {
  test('is read back as it was written', () => {
    const filter = {
      webhook: 'wh',
      status: 'failed',
      type: 'call.completed',
      event: 'evt_1',
      range: '24h',
      open: 'd',
    } as const
    expect(readFilter(filter)).toEqual(filter)
  })

  test('leaves out what makes no sense', () => {
    expect(
      readFilter({ status: 'lost', range: '3y', type: '', event: 'e'.repeat(300), webhook: 7, other: 'x' }),
    ).toEqual({})
  })

  test('asks the API for what it says, from so long ago', () => {
    const now = Date.parse('2026-01-02T00:00:00.000Z')
    expect(queryOf({ status: 'queued', range: '24h', open: 'd' }, now)).toEqual({
      status: 'queued',
      since: '2026-01-01T00:00:00.000Z',
    })
  })

  test('is no filter while it only opens one', () => {
    expect([isFiltered({ open: 'd' }), isFiltered({ type: 't' })]).toEqual([false, true])
  })
})
