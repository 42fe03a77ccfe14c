// Owns signing in for tests of the API: a link, a browser that follows it, and what the browser then sends.
// Must never be imported by anything but tests.
import type { ApiUnderTest, TestResponse } from './test-api.ts'

/** What a browser says of a request by a page of the installation itself. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' } as const

export interface SignedIn {
  /** For the header `cookie`. */
  readonly cookie: string
  readonly setCookie: string
  readonly csrfToken: string
}

export async function makeLink(
  api: ApiUnderTest,
  fields: object = {},
  key: string = api.ours.key,
  workspace: string = api.ours.id,
): Promise<{ readonly id: string; readonly link: string }> {
  const body = { capabilities: ['view'], expiresInSeconds: 3600, ...fields }
  const made = await api.call({ method: 'POST', url: '/v1/portal-sessions', key, workspace, body })
  if (made.status !== 201) throw new Error(`no link was made: ${made.text}`)
  return made.body
}

export function followLink(api: ApiUnderTest, link: string): Promise<TestResponse> {
  const body = { portalToken: link.slice(link.indexOf('#') + 1) }
  return api.call({ method: 'POST', url: '/v1/session', key: null, workspace: null, body, headers: OWN_PAGE })
}

export async function signIn(
  api: ApiUnderTest,
  credentials: object,
  headers: Readonly<Record<string, string>> = OWN_PAGE,
): Promise<SignedIn> {
  const response = await api.call({
    method: 'POST',
    url: '/v1/session',
    key: null,
    workspace: null,
    body: credentials,
    headers,
  })
  if (response.status !== 200) throw new Error(`nobody was signed in: ${response.text}`)
  const setCookie = String(response.headers['set-cookie'])
  return { setCookie, cookie: setCookie.split(';', 1)[0] ?? '', csrfToken: response.body.csrfToken }
}
