// Owns the list of the storage's methods, and the class that forwards each of them to one function, but for the hot calls: those
// a backend writes out, so that whoever follows an event from the interface finds what is run.
// Must never know what becomes of a call: a backend runs it in turn, the proxy of the storage thread posts it.
import type { Storage } from '../storage.ts'

export type StorageMethod = Exclude<keyof Storage, 'start' | 'stop'>
export type StorageCalls = Pick<Storage, StorageMethod>

/** What each event and each attempt goes through. */
const HOT = ['acceptEvents', 'claimDue', 'loadEnvelopes', 'recordAttempts', 'releaseDeliveries'] as const
export type HotMethod = (typeof HOT)[number]

export type ForwardCall = (method: StorageMethod, args: readonly unknown[]) => Promise<unknown>

/** The compiler refuses this table when a method of the interface is missing or is not one. */
const METHODS: Readonly<Record<StorageMethod, true>> = {
  acceptEvents: true,
  claimDue: true,
  loadEnvelopes: true,
  recordAttempts: true,
  releaseDeliveries: true,
  rescueDeliveries: true,
  nextDueAt: true,
  endOrphanedDeliveries: true,
  listWebhooksToEvaluate: true,
  writeVerdict: true,
  loadTarget: true,
  peekPull: true,
  leasePulled: true,
  listPullLeases: true,
  extendPullLease: true,
  releasePulled: true,
  listEndedPullLeases: true,
  listDuePulls: true,
  pruneEvents: true,
  newestTrace: true,
  eraseCall: true,
  truncateLog: true,
  writesOfOthers: true,
  removeDeletedWebhooks: true,
  pruneAuditEntries: true,
  createWorkspace: true,
  listWorkspaces: true,
  hasWorkspaces: true,
  findWorkspace: true,
  updateWorkspace: true,
  createApiKey: true,
  listApiKeys: true,
  findApiKey: true,
  revokeApiKey: true,
  noteKeyUse: true,
  createPortalSession: true,
  createSession: true,
  findPortalLink: true,
  usePortalLink: true,
  findSession: true,
  noteSessionUse: true,
  listPortalSessions: true,
  endSession: true,
  endPortalSessions: true,
  pruneSessions: true,
  createWebhook: true,
  listWebhooks: true,
  findWebhook: true,
  updateWebhook: true,
  rotateSecret: true,
  wipeExpiredSecrets: true,
  deleteWebhook: true,
  createSubscription: true,
  listSubscriptions: true,
  findSubscription: true,
  updateSubscription: true,
  deleteSubscription: true,
  createEventType: true,
  listEventTypes: true,
  scanEventTypes: true,
  findEventType: true,
  updateEventType: true,
  deleteEventType: true,
  listEvents: true,
  findEvent: true,
  listCalls: true,
  findCall: true,
  listCandidates: true,
  listDeliveries: true,
  findDelivery: true,
  nextAttemptOf: true,
  listDeliveriesOfEvents: true,
  listDeliveryStatuses: true,
  countQueued: true,
  listAttempts: true,
  listAttemptsOfDeliveries: true,
  retryDelivery: true,
  createReplay: true,
  listReplays: true,
  findReplay: true,
  cancelReplay: true,
  countReplay: true,
  advanceReplay: true,
  runningReplays: true,
  listAuditEntries: true,
  listChangesOf: true,
  addAuditEntry: true,
  findResponse: true,
  saveResponse: true,
  pruneResponses: true,
  createSource: true,
  listSources: true,
  findSource: true,
  findSourceByToken: true,
  updateSource: true,
  deleteSource: true,
  lastSignals: true,
  addRefusedRequest: true,
  listRefusedRequests: true,
  findTrackedCalls: true,
  listSignals: true,
  listSignalsOfSource: true,
  summarizeTrackedCalls: true,
  listTrackedCalls: true,
  listDueCalls: true,
  pruneSources: true,
  listSealedSources: true,
  listReplacedSecrets: true,
  replaceSealedSources: true,
  countSealed: true,
  hasSealed: true,
  listSealedWebhooks: true,
  listSealedResponses: true,
  replaceSealedWebhooks: true,
  replaceSealedResponses: true,
  listKeyChecks: true,
  saveKeyCheck: true,
  removeKeyChecks: true,
  foldStatistics: true,
  pruneStatistics: true,
  listBuckets: true,
  findBacklog: true,
  listBacklogs: true,
  listBusyWorkspaces: true,
  measureStorage: true,
  noteStorageSize: true,
  listNodes: true,
  locateChanges: true,
  listChanges: true,
  pruneChanges: true,
}

/** Every method of the storage except `start` and `stop`. The cast is what `fromEntries` makes true of a whole table. */
export function forwardAll(forward: ForwardCall): StorageCalls {
  return forwardings(Object.keys(METHODS), forward) as unknown as StorageCalls
}

class Forwarding {
  constructor(forward: ForwardCall) {
    const names = Object.keys(METHODS).filter((name) => !(HOT as readonly string[]).includes(name))
    Object.assign(this, forwardings(names, forward))
  }
}

/** Has every method of the storage except `start`, `stop` and the hot calls. The cast is what the constructor makes true. */
export const ForwardingStorage = Forwarding as new (forward: ForwardCall) => Omit<StorageCalls, HotMethod>

function forwardings(names: readonly string[], forward: ForwardCall) {
  // The keys of METHODS are exactly the names of the type: see there.
  const forwarding =
    (name: string) =>
    (...args: readonly unknown[]) =>
      forward(name as StorageMethod, args)
  return Object.fromEntries(names.map((name) => [name, forwarding(name)]))
}

/** Runs one call by its name. Arguments come from a typed caller on the other side of `forward`. */
export function callByName(calls: StorageCalls, method: StorageMethod, args: readonly unknown[]): Promise<unknown> {
  const run = calls[method] as (...args: readonly unknown[]) => Promise<unknown>
  return run.apply(calls, [...args])
}
