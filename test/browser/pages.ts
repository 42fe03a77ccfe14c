// Owns which pages the dashboard has, for whatever looks at all of them: one for each route of app.tsx, so that a page added tomorrow is
// looked at as well.
import { readFileSync } from 'node:fs'
import { isOfInstallation } from '../../dashboard/src/shell/navigation.ts'

/** What the pages of one thing show, by the names of the parameters in their paths. */
export interface ShownIds {
  readonly deliveryId: string
  readonly eventId: string
  readonly callId: string
  readonly webhookId: string
  readonly sourceId: string
  /** Of an event type that is the workspace's own. */
  readonly key: string
}

const APP = readFileSync(new URL('../../dashboard/src/app.tsx', import.meta.url), 'utf8')

/** As the router has them. `/` leads to one of the others. */
export const ROUTE_PATHS: readonly string[] = [...APP.matchAll(/^\s+path: '(\/[^']+)',$/gm)].map(
  ([, path = '']) => path,
)

export const WORKSPACE_ROUTES = ROUTE_PATHS.filter((route) => !isOfInstallation(route))
/** Of the installation: for the operator, who is in no workspace. */
export const OPERATOR_ROUTES = ROUTE_PATHS.filter(isOfInstallation)

/** What a page needs behind its path to have something to show. */
const SEARCH: Readonly<Record<string, (shown: ShownIds) => string>> = {
  '/events/test': ({ eventId }) => `?event=${eventId}`,
}

export function pageOf(route: string, shown: ShownIds): string {
  const path = route.replaceAll(/\$(\w+)/g, (_, name: string) => {
    if (!(name in shown)) throw new Error(`Nobody says what $${name} of ${route} is: it needs a place in ShownIds.`)
    return encodeURIComponent(shown[name as keyof ShownIds])
  })
  return path + (SEARCH[route]?.(shown) ?? '')
}
