// Owns ids in a path that have the prefixed form and cannot be any of ours, as the seed's own `wh_01J8XW1N9P2Q3R4S5T6U`: what they
// name is not there, which is 404 and not 400 (CONTRACT §1).
import { Refusal } from '@timbre/contract/errors.ts'
import { ID_PREFIXES, type IdNoun, parseId } from '@timbre/contract/ids.ts'

const NOUNS = {
  workspaceId: ['workspace', 'WORKSPACE_NOT_FOUND'],
  webhookId: ['webhook', 'WEBHOOK_NOT_FOUND'],
  subscriptionId: ['subscription', 'SUBSCRIPTION_NOT_FOUND'],
  deliveryId: ['delivery', 'DELIVERY_NOT_FOUND'],
  replayId: ['replay', 'REPLAY_NOT_FOUND'],
  apiKeyId: ['apiKey', 'API_KEY_NOT_FOUND'],
  portalSessionId: ['portalSession', 'PORTAL_SESSION_NOT_FOUND'],
  testReceiverId: ['testReceiver', 'TEST_RECEIVER_NOT_FOUND'],
  sourceId: ['source', 'SOURCE_NOT_FOUND'],
} as const satisfies Readonly<Record<string, readonly [IdNoun, string]>>

const REST = /^[0-9A-Za-z]{1,64}$/

/** Throws the NOT_FOUND of the first id that names nothing, unless another parameter is no id at all. */
export function refuseAbsentIds(params: Readonly<Record<string, unknown>>): void {
  const names = (Object.keys(NOUNS) as (keyof typeof NOUNS)[]).filter((name) => typeof params[name] === 'string')
  const unread = names.filter((name) => parseId(NOUNS[name][0], String(params[name])) === undefined)
  const [first] = unread
  if (first === undefined || !unread.every((name) => isPrefixed(NOUNS[name][0], String(params[name])))) return
  throw new Refusal(NOUNS[first][1], { id: String(params[first]) })
}

function isPrefixed(noun: IdNoun, text: string): boolean {
  const prefix = `${ID_PREFIXES[noun]}_`
  return text.startsWith(prefix) && REST.test(text.slice(prefix.length))
}
