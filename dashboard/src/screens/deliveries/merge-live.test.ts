import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { mergeLive } from './merge-live.ts'

const row = (id: string, status: DeliverySummary['status'] = 'queued') =>
  ({ id, status, createdAt: id }) as DeliverySummary
const ids = (pages: readonly { readonly data: readonly DeliverySummary[] }[]) =>
  pages.map(({ data }) => data.map(({ id, status }) => `${id} ${status}`))

test('a change stands where its delivery stood, and a new delivery stands first', () => {
  const pages = [{ data: [row('4'), row('3')] }, { data: [row('2')] }]
  const changed = [row('5'), row('2', 'success'), row('6')]
  expect(ids(mergeLive(pages, changed, undefined))).toEqual([
    ['6 queued', '5 queued', '4 queued', '3 queued'],
    ['2 success'],
  ])
})

test('what does not fit the status any more leaves the list', () => {
  const pages = [{ data: [row('4'), row('3')] }]
  expect(ids(mergeLive(pages, [row('3', 'failed'), row('5', 'success'), row('6')], 'queued'))).toEqual([
    ['6 queued', '4 queued'],
  ])
})
