// Owns the process that crash.test.ts kills: accepts batches without end, and prints the ids of each batch after, and
// only after, the storage has promised that it is on disk. Arguments: the database file, the id of the workspace.
import { writeSync } from 'node:fs'
import { Fixture } from '../../conformance/fixture.ts'
import { StorageThread } from '../thread/storage-thread.ts'

const [file = '', workspaceId = ''] = process.argv.slice(2)
const storage = new StorageThread({ file, onFault: () => process.exit(1) })
await storage.start()
const fixture = await Fixture.make(async () => ({
  storage,
  reopen: async () => storage,
  destroy: () => storage.stop(),
}))
if ((await storage.findWorkspace(workspaceId)) === undefined) {
  await fixture.addWorkspace(workspaceId)
  await fixture.addWebhook({ workspaceId })
}

for (let batch = 0; ; batch++) {
  const ids = Array.from({ length: 10 }, (_, index) => `evt_${process.pid}_${batch}_${index}`)
  const events = ids.map((id) => fixture.event({ id, envelope: 'x'.repeat(650) }))
  await storage.acceptEvents([{ workspaceId, events }], fixture.offer({ limit: 3 }))
  writeSync(1, `${ids.join('\n')}\n`)
}
