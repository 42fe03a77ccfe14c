// Owns who is told of what another node says.
import type { Engine } from './engine/engine.ts'
import type { DeliveryFeed } from './insight/stream/delivery-feed.ts'
import type { StorageNotice } from './storage/postgres/nodes/notices.ts'

export interface Told {
  readonly engine: Engine
  readonly feed: DeliveryFeed
}

export function tellNotice({ engine, feed }: Told, notice: StorageNotice): void {
  if (notice.kind === 'due') engine.wake()
  else if (notice.kind === 'pulled') engine.pulled(notice.webhookIds)
  else if (notice.kind === 'webhook_changed') engine.webhookChanged(notice.webhookId)
  else if (notice.kind === 'leases_lost') engine.leasesLost(notice.ids)
  else if (notice.kind === 'node_gone') engine.nodeGone()
  else if (notice.kind === 'deliveries_changed') for (const id of notice.workspaceIds) feed.changed(id)
  else {
    engine.everythingMayHaveChanged()
    feed.everythingMayHaveChanged()
  }
}
