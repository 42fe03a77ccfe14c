// Owns how one source is shown.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { timeText } from '../../frame/times.ts'
import { bothIds } from '../present/words.ts'
import type { Server } from '../with-server.ts'
import { WHERE_TO_PASTE } from './where-to-paste.ts'

export function showSource({ out, connection }: Server, source: Source): void {
  const { kind, previousSecretExpiresAt, agentMap } = source
  const agents = Object.entries(agentMap).map(([name, agent]): [string, string] => [`agent ${name}`, agent])
  out.thing(source, [
    ['source', bothIds('source', source.id)],
    ['name', source.name],
    ['provider', kind],
    ['url', wholeUrl(source, connection.baseUrl.value)],
    ['paste it at', WHERE_TO_PASTE[kind]],
    ['secret', source.secretPreview],
    ['replaced secret until', previousSecretExpiresAt === null ? null : `${timeText(previousSecretExpiresAt)} UTC`],
    ['API key', source.hasApiKey ? 'kept' : 'none'],
    ...agents,
    ['last message', source.lastSignalAt === null ? 'none yet' : `${timeText(source.lastSignalAt)} UTC`],
  ])
}

/** Without a public URL the server knows the path alone; from here it is reached by its base URL. */
export function wholeUrl({ url, publicUrl }: Pick<Source, 'url' | 'publicUrl'>, baseUrl: string): string {
  return publicUrl === null ? new URL(url, baseUrl).href : url
}
