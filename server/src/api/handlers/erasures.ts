// Owns what happens at /v1/erasures: removing everything of one call.
// Must never keep the call's id: the audit entry has a part of its hash.
import { hash } from 'node:crypto'
import type { Api } from '../api.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { keptResponse } from './kept-response.ts'

export function erasureHandlers(api: Api): Pick<Handlers, 'createErasure'> {
  return {
    createErasure: (call) => createErasure(api, call),
  }
}

async function createErasure(api: Api, call: Call<'createErasure'>) {
  const { callId } = call.body
  const change = { now: api.clock.now(), action: 'call.erased', targetId: shortHash(callId) } as const
  // First, so that nothing is ever removed without an entry. The response is known, and kept, only at the end.
  await api.storage.addAuditEntry({ ...changeContext(api, call, change), idempotency: undefined })
  const removed = await api.engine.eraseCall(call.caller.workspaceId, callId)
  return keptResponse(api, call, { callId, ...removed })
}

/** Enough to say whether a given call was erased, too little to read the id back where it is long and random. */
function shortHash(callId: string): string {
  return `sha256:${hash('sha256', callId, 'hex').slice(0, 16)}`
}
