// Owns how `timbre open` shows what no command of its own shows one of: keys, sources, test receivers, workspaces.
import { timeText } from '../frame/times.ts'
import { bothIds, idText } from './present/words.ts'
import { showSource } from './sources/show-source.ts'
import type { Server } from './with-server.ts'

/** Shows the thing and says true, or says false: there is none with this id. */
type Opener = (server: Server, id: string) => Promise<boolean>

export const openApiKey: Opener = async ({ client, out }, id) => {
  for await (const key of client.apiKeys.list({ limit: 100 })) {
    if (![key.id, idText('apiKey', key.id)].includes(id)) continue
    out.thing(key, [
      ['key', bothIds('apiKey', key.id)],
      ['name', key.name],
      ['begins, ends', key.keyPreview],
      ['for', key.environment],
      ['scopes', key.scopes.join(' ')],
      ['made', `${timeText(key.createdAt)} UTC`],
      ['last used', key.lastUsedAt === null ? 'never' : `${timeText(key.lastUsedAt)} UTC`],
      ['revoked', key.revokedAt === null ? null : `${timeText(key.revokedAt)} UTC`],
    ])
    return true
  }
  return false
}

export const openSource: Opener = async (server, id) => {
  showSource(server, await server.client.sources.get(id))
  return true
}

export const openTestReceiver: Opener = async ({ client, out }, id) => {
  for await (const receiver of client.testReceivers.list({ limit: 100 })) {
    if (![receiver.id, idText('testReceiver', receiver.id)].includes(id)) continue
    out.thing(receiver, [
      ['test receiver', bothIds('testReceiver', receiver.id)],
      ['URL', receiver.url],
      ['answers', `${receiver.responseStatus} after ${receiver.delayMs} ms; ${receiver.failurePercent} % with 500`],
      ['requests', String(receiver.requestCount)],
    ])
    return true
  }
  return false
}

export const openWorkspace: Opener = async ({ client, out }, id) => {
  const workspace = await client.workspaces.get(id)
  out.thing(workspace, [
    ['workspace', bothIds('workspace', workspace.id)],
    ['name', workspace.name],
    ['made', `${timeText(workspace.createdAt)} UTC`],
  ])
  return true
}
