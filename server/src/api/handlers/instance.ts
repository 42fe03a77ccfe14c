// Owns what happens at /v1/instance, with the admin key: how the installation as a whole fares.
import type { BusyWorkspaces, Instance, InstanceNode, InstanceStatistics } from '@timbre/contract/instance.ts'
import { bucketStart, KEPT_SIZE_MS } from '../../insight/statistics/bucket-sizes.ts'
import { WHOLE_INSTANCE } from '../../insight/statistics/folded-buckets.ts'
import { GROWTH_MS_MAX, measuredSizes, STORAGE_SIZES, storageGrowth } from '../../insight/statistics/storage-sizes.ts'
import type { Api } from '../api.ts'
import type { Language } from '../http/language.ts'
import { isoTime, isoTimeOrNull } from '../present/iso-time.ts'
import { presentCauses } from '../present/present-causes.ts'
import { presentCounted } from '../present/present-statistics.ts'
import { askedBuckets } from './asked-buckets.ts'
import type { Handlers } from './call.ts'
import { instanceBacklog } from './instance-backlog.ts'

type InstanceRoutes = 'getInstance' | 'getInstanceStatistics' | 'getInstanceBacklog' | 'listBusyWorkspaces'

const WHOLE = { workspaceId: WHOLE_INSTANCE, webhookId: null } as const
/** Of these the busiest are found: about 0.2 s of a connection that only reads. */
const WORKSPACES_MAX = 10_000
const BUSY_SHOWN = 10

export function instanceHandlers(api: Api): Pick<Handlers, InstanceRoutes> {
  return {
    getInstance: ({ language }) => getInstance(api, language),
    async getInstanceStatistics({ query, language }): Promise<InstanceStatistics> {
      const asked = await askedBuckets(api, WHOLE, query, api.clock.now())
      return { ...presentCounted(asked), causes: presentCauses(asked.total.others, language) }
    },
    getInstanceBacklog: () => instanceBacklog(api, WHOLE),
    listBusyWorkspaces: () => busyWorkspaces(api),
  }
}

async function getInstance(api: Api, language: Language): Promise<Instance> {
  const { version, facts, warnings = () => [] } = api
  return {
    version,
    startedAt: isoTime(facts.startedAt),
    warnings: [...warnings()],
    nodes: await nodesOf(api),
    storage: await storageUse(api),
    settings: [...facts.settings[language]],
  }
}

async function nodesOf({ storage, facts, clock }: Api): Promise<InstanceNode[]> {
  const rows = await storage.listNodes()
  const alone = { id: null, isThis: true, isLive: true, startedAt: facts.startedAt, seenAt: clock.now() }
  return (rows.length === 0 ? [alone] : rows)
    .toSorted((a, b) => Number(b.isLive) - Number(a.isLive))
    .map(({ id, isThis, isLive, startedAt, seenAt }) => ({
      id,
      isThis,
      isLive,
      startedAt: isoTime(startedAt),
      seenAt: isoTime(seenAt),
    }))
}

async function storageUse({ storage, facts, clock }: Api): Promise<Instance['storage']> {
  const now = clock.now()
  const { workspaceId, webhookId, size } = STORAGE_SIZES
  const { bytes, freeBytesInside } = await storage.measureStorage()
  const since = bucketStart(now - GROWTH_MS_MAX, KEPT_SIZE_MS[size])
  const kept = await storage.listBuckets({ workspaceId, webhookId, size, since, until: now + 1 })
  const freeBytesBeside = await facts.freeBytesBeside(bytes + freeBytesInside)
  const freeBytes = freeBytesBeside === null ? null : freeBytesBeside + freeBytesInside
  const { bytesPerDay, measuredSince, daysLeft } = storageGrowth(measuredSizes(kept), { at: now, bytes }, freeBytes)
  return {
    backend: facts.backend,
    bytes,
    freeBytes,
    bytesPerDay,
    measuredSince: isoTimeOrNull(measuredSince),
    daysLeft,
  }
}

async function busyWorkspaces({ storage, clock }: Api): Promise<BusyWorkspaces> {
  const since = bucketStart(clock.now(), KEPT_SIZE_MS.hour) - KEPT_SIZE_MS.hour
  const rows = await storage.listBusyWorkspaces(since, WORKSPACES_MAX, BUSY_SHOWN)
  return {
    since: isoTime(since),
    data: rows.map(({ id, name, succeeded, failed }) => ({
      id,
      name,
      deliveriesSucceeded: succeeded,
      deliveriesFailed: failed,
    })),
  }
}
