// Owns keeping a response for a request that is repeated with its Idempotency-Key, where no transaction of the storage keeps it.
import type { RouteName } from '@timbre/contract/routes.ts'
import type { Api } from '../api.ts'
import { claimWithResponse } from '../http/idempotency.ts'
import type { Call } from './call.ts'

/**
 * The response, which a request with the same Idempotency-Key gets again for 24 h. Should the process die after the change and before
 * this, the repeated request is performed once more: what it meets then is its handler's to say.
 */
export async function keptResponse<T>(
  { storage, vault, clock }: Pick<Api, 'storage' | 'vault' | 'clock'>,
  { idempotency, route }: Pick<Call<RouteName>, 'idempotency' | 'route'>,
  response: T,
): Promise<T> {
  if (idempotency !== undefined) {
    await storage.saveResponse(claimWithResponse(vault, idempotency, route, response), clock.now())
  }
  return response
}
