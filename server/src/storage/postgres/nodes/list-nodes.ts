// Owns which nodes use the database, as they say of themselves, for the operator.
import type { NodeRow } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { NODE_IS_DEAD_AFTER_S } from './node-heartbeat.ts'

const NODES_MAX = 200
const MS = (column: string) => `floor(extract(epoch FROM ${column}) * 1000)::bigint`

export const LIST_NODES = statement<NodeRow>(
  'list_nodes',
  `SELECT id, id = $1 AS "isThis", seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S}) AS "isLive",
  ${MS('started_at')} AS "startedAt", ${MS('seen_at')} AS "seenAt"
FROM nodes ORDER BY seen_at DESC LIMIT ${NODES_MAX}`,
)

/** See InstanceStorage.listNodes. @param node the id of this one */
export function listNodes(session: Session, node: string): Promise<readonly NodeRow[]> {
  return session.all(LIST_NODES, node)
}
