import { describe, expect, test } from 'vitest'
import type { LeaseOffer } from '../storage.ts'
import { LeaseBudget, NOTHING_OFFERED } from './lease-budget.ts'

/** Leases for as long as there is capacity, `wanted` at most, one by one. */
function lease(budget: LeaseBudget, workspaceId: string, webhookId: string, wanted: number): number {
  let count = 0
  while (count < wanted && budget.capacity(workspaceId, webhookId) > 0) {
    budget.take(workspaceId, webhookId, 1)
    count++
  }
  return count
}

function budgetOf(offer: Partial<LeaseOffer>): LeaseBudget {
  const usual = { limit: 1000, capacityDefault: 100, workspaceDefault: 1000, common: 1000 }
  return new LeaseBudget({ ...NOTHING_OFFERED, ...usual, ...offer })
}

describe('what is left of a lease offer', () => {
  test('of a webhook is its own capacity or the default, and never more than there is in all', () => {
    const budget = budgetOf({ limit: 120, capacity: [['full', 0]] })
    expect([lease(budget, 'w', 'full', 9), lease(budget, 'w', 'a', 999), lease(budget, 'w', 'b', 999)]).toEqual([
      0, 100, 20,
    ])
  })

  test('of a workspace is its own capacity or the default', () => {
    const budget = budgetOf({ workspaceDefault: 30, workspaces: [['v', 5]] })
    expect([lease(budget, 'w', 'a', 20), lease(budget, 'w', 'b', 20), lease(budget, 'v', 'c', 20)]).toEqual([20, 10, 5])
  })

  test('of the reserve is two for each webhook that is short through others, until it is used up', () => {
    const budget = budgetOf({ common: 10, limit: 15, reserve: 5, capacity: [['full', 0]] })
    const taken = ['a', 'full', 'b', 'c', 'd', 'e'].map((webhook) => lease(budget, 'w', webhook, 10))
    expect(taken).toEqual([10, 0, 2, 2, 1, 0])
  })

  test('a limit that a claim lowers takes nothing from what a webhook or workspace may have', () => {
    const budget = budgetOf({ limit: 50, common: 1000, reserve: 2048 })
    expect([lease(budget, 'w', 'a', 40), lease(budget, 'w', 'b', 40)]).toEqual([40, 10])
  })

  test('counts what is leased without capacity', () => {
    const budget = budgetOf({ limit: 0, common: 0 })
    budget.take('w', 'a', 1)
    expect([budget.capacity('w', 'a'), budget.left]).toEqual([0, 0])
  })
})
