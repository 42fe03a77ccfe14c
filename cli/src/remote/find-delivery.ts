// Owns finding a delivery by its id alone.
import type { Delivery } from '@getsupervisor/agents-studio-sdk'
import { NotFoundError } from '@getsupervisor/agents-studio-sdk'
import { CommandError } from '../frame/command-failure.ts'
import type { Server } from './with-server.ts'

export async function findDelivery({ client }: Server, deliveryId: string): Promise<Delivery> {
  for await (const { id } of client.webhooks.list({ limit: 100 })) {
    const found = await client.webhooks.getDelivery(id, deliveryId).catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined
      throw error
    })
    if (found !== undefined) return found
  }
  throw new CommandError(`There is no delivery ${deliveryId} in this workspace.`, 'notFound')
}
