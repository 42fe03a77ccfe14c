// Owns how a page comes to its session: the link of a portal, which is taken out of the address at once, or the browser's cookie.
// Must never keep a token or a key: the cookie is the browser's, and no script can read it.
import {
  AuthenticationError,
  type Client,
  createClient,
  type Session as Granted,
} from '@getsupervisor/agents-studio-sdk'
import { readJson } from '../browser/exact-json.ts'
import { currentLanguage } from '../language/language.ts'

/** Where the link of a portal leads; its token is behind the `#`. */
const PORTAL = '/portal'

/** Read once, before anything else could keep the address. */
const portalToken = takePortalToken()

function takePortalToken(): string | undefined {
  const token = location.hash.slice(1)
  if (location.pathname !== PORTAL || token === '') return undefined
  history.replaceState(null, '', '/')
  return token
}

export function newClient(): Client {
  return createClient({ baseUrl: location.origin, session: {}, fetch: inLanguage, parseJson: readJson })
}

/** undefined: nobody is signed in. @throws ApiError when a portal's link is good no more, or the service cannot be reached */
export async function startSession(client: Client): Promise<Granted | undefined> {
  if (portalToken !== undefined) return client.session.create({ portalToken })
  return client.session.get().catch((error: unknown) => {
    if (error instanceof AuthenticationError) return undefined
    throw error
  })
}

/** The service answers in the language of the page, which need not be the browser's. */
function inLanguage(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('accept-language', currentLanguage())
  return fetch(url, { ...init, headers })
}
