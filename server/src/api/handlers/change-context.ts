// Owns what goes with every management change into its transaction: the audit note and the stored response.
// Must never put a value of a changed field into the note: names of fields only.
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import type { RouteName } from '@timbre/contract/routes.ts'
import type { ChangeContext } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { INSTANCE } from '../auth/caller.ts'
import { claimWithResponse } from '../http/idempotency.ts'
import type { Call } from './call.ts'

export interface Change {
  readonly now: number
  readonly action: AuditAction
  readonly targetId: string
  readonly changedFields?: readonly string[]
  /** The workspace that the entry belongs to, when it is not the caller's. */
  readonly workspaceId?: string
  /** What the route will answer: kept under the request's Idempotency-Key when it has one. */
  readonly response?: unknown
}

export function changeContext(
  { random, vault }: Pick<Api, 'random' | 'vault'>,
  call: Call<RouteName>,
  { now, action, targetId, changedFields = [], workspaceId = call.caller.workspaceId, response }: Change,
): ChangeContext {
  return {
    now,
    audit: {
      id: random.uuid(now),
      workspaceId: workspaceId === INSTANCE ? null : workspaceId,
      action,
      actor: call.caller.actor,
      targetId,
      changedFields,
      remoteAddress: call.remoteAddress,
    },
    idempotency:
      call.idempotency === undefined ? undefined : claimWithResponse(vault, call.idempotency, call.route, response),
  }
}
