// Owns the attacker of bench/hostile.ts, in a process of its own: what it costs is not the server's. Must never play two at once.
import type { Attack, AttackerOrder, AttackName, AttackTarget } from './attacks/attack.ts'
import { announcedBodies, pipelinedGets, wrongKeys } from './attacks/front-door.ts'
import { failingOrigin, hangingReceivers, oneByteChunks } from './attacks/receivers.ts'
import { schemaCompile, schemaCpu } from './attacks/schemas.ts'

const MAKE: Readonly<Record<AttackName, (target: AttackTarget) => Promise<Attack>>> = {
  'pipelined unread GETs': pipelinedGets,
  'announced bodies': announcedBodies,
  'wrong keys': wrongKeys,
  'schema CPU': schemaCpu,
  'schema compile': schemaCompile,
  'hanging receivers': hangingReceivers,
  'one-byte chunks': oneByteChunks,
  'failing origin': failingOrigin,
}

let attack: Attack | undefined

process.on('disconnect', () => process.exit(0))
process.on('message', async (order: AttackerOrder) => {
  process.send?.(await obey(order))
})

async function obey(order: AttackerOrder): Promise<string> {
  switch (order.kind) {
    case 'prepare':
      attack = await MAKE[order.name](order.target)
      return ''
    case 'start':
      await attack?.start()
      return ''
    case 'stop':
      return (await attack?.stop()) ?? ''
  }
}
