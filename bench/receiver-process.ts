// Owns the receiver of the benchmarks, in a process of its own: counts, and tells when it has counted enough.
import type { Certificates } from '../test/support/certificates.ts'
import { Receiver } from '../test/support/receiver.ts'

type Order = { readonly certificates: Certificates } | { readonly expect: number }

let receiver: Receiver | undefined

process.on('message', async (order: Order) => {
  if ('certificates' in order) {
    receiver = await new Receiver({ certificates: order.certificates, countOnly: true }).start()
    process.send?.({ url: receiver.url('') })
    return
  }
  receiver?.clear()
  process.send?.({ counting: true })
  await receiver?.waitFor(order.expect, 300_000)
  process.send?.({ received: order.expect })
})
process.on('disconnect', () => process.exit(0))
