// Owns leaving statistics and the log of changes out of a storage (`node --import`), so that it is known what they cost.
// Must never be part of the server.
import { StatisticsTally } from '@timbre/server/insight/statistics/statistics-tally.ts'
import { ChangeBatch } from '@timbre/server/storage/shared/change-batch.ts'

StatisticsTally.prototype.addAttempt = () => undefined
ChangeBatch.prototype.add = () => undefined
