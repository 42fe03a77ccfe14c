// Owns the storage alone in a process of its own: `storage-alone-process.ts deliveries events-per-commit` prints what it cost, as JSON.
import { storageAlone } from './storage-alone.ts'

const [deliveries, eventsPerCommit] = process.argv.slice(2).map(Number)
console.log(JSON.stringify(await storageAlone(deliveries ?? 0, eventsPerCommit)))
