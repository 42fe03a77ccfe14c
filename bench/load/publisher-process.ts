// Owns the load generator, in a process of its own. Must never run two loads at once.
import { ClosedAlone } from './closed-alone.ts'
import { ClosedPublish } from './closed-publish.ts'
import { openAlone } from './open-alone.ts'
import { openPublish } from './open-publish.ts'
import type { Load, LoadOrder, PublisherOrder } from './orders.ts'

let load: Load | undefined

process.on('disconnect', () => process.exit(0))
process.on('message', async (order: PublisherOrder) => {
  process.send?.(await obey(order))
})

async function obey(order: PublisherOrder): Promise<object> {
  if (order.kind === 'stop') return (await load?.stop()) ?? {}
  if (order.kind === 'mark') load?.mark()
  else {
    load = makeLoad(order)
    await load.start()
  }
  return {}
}

function makeLoad(order: LoadOrder): Load {
  switch (order.kind) {
    case 'publish closed':
      return new ClosedPublish(order)
    case 'alone closed':
      return new ClosedAlone(order)
    case 'publish open':
      return openPublish(order)
    case 'alone open':
      return openAlone(order)
  }
}
