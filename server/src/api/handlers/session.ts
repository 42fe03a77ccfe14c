// Owns what happens at /v1/session: signing a browser in and out (docs/decisions/0066).
// Must never take a session that somebody else began: each sign-in has a new token, and ends the session before it.
import { hash } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import { parseId } from '@timbre/contract/ids.ts'
import type { Api } from '../api.ts'
import { askerOf } from '../auth/own-page.ts'
import { refuseForeign } from '../auth/session-guard.ts'
import { isToken, tokenHash } from '../auth/session-token.ts'
import type { BegunSession, SessionChange } from '../auth/sessions.ts'
import { presentSession } from '../present/present-session.ts'
import { invalidInput } from '../validation/findings.ts'
import type { Call, Handlers } from './call.ts'

type SessionRoutes = 'createSession' | 'getSession' | 'endSession'

export function sessionHandlers(api: Api): Pick<Handlers, SessionRoutes> {
  return {
    createSession: (call) => signIn(api, call),
    async getSession(call) {
      const begun = await currentSession(api, call)
      // No failed credential: whoever opens the sign-in page has shown none.
      if (begun === undefined) throw new Refusal('SESSION_REQUIRED')
      const { publicUrl } = api.browser
      refuseForeign(call.headers, begun.token, { isWrite: false, publicUrl })
      return presentSession(begun)
    },
    endSession: (call) => signOut(api, call),
  }
}

async function signIn(api: Api, call: Call<'createSession'>) {
  // A page of another origin could sign a browser in as somebody else ("login CSRF").
  if (askerOf(call.headers, api.browser.publicUrl) === 'foreign_page') throw new Refusal('ORIGIN_FORBIDDEN')
  refuseUnclear(call.body)
  const before = await currentSession(api, call).catch(refusalOnly)
  const begun = await begin(api, call)
  if (before !== undefined) await api.sessions.end(before.row, changeOf(api, call))
  const { kind, expiresAt } = begun.row
  call.setHeader('set-cookie', api.cookie.write(begun.token, kind, (expiresAt - api.clock.now()) / 1000))
  return presentSession(begun)
}

async function begin(api: Api, call: Call<'createSession'>): Promise<BegunSession> {
  const { portalToken, apiKey, adminKey } = call.body
  if (portalToken !== undefined) return follow(api, call, portalToken)
  const keyHash = hash('sha256', apiKey ?? adminKey ?? '', 'hex')
  const holder = await api.doorkeeper.identify(keyHash, call.remoteAddress)
  const isAdmin = holder === 'admin'
  // Each is taken for what it was given as. A portal session is nobody's key.
  if (isAdmin !== (adminKey !== undefined) || (!isAdmin && 'capabilities' in holder))
    return api.doorkeeper.refuseFrom(call.remoteAddress, new Refusal('API_KEY_INVALID'))
  if (!isAdmin) {
    if (parseId('workspace', call.body.workspaceId ?? '') !== holder.workspaceId)
      throw new Refusal('WORKSPACE_FORBIDDEN')
    api.doorkeeper.countSignIn(holder.workspaceId)
  }
  return api.sessions.begin(holder, keyHash, changeOf(api, call))
}

function follow(api: Api, call: Call<'createSession'>, portalToken: string): Promise<BegunSession> {
  const lookUp = { hash: tokenHash(portalToken), address: call.remoteAddress, code: 'PORTAL_LINK_INVALID' } as const
  return api.doorkeeper.lookUp(lookUp, async () =>
    isToken(portalToken) ? api.sessions.follow(portalToken, changeOf(api, call)) : undefined,
  )
}

/** Without a session there is nothing to end, and nothing to protect. */
async function signOut(api: Api, call: Call<'endSession'>): Promise<undefined> {
  const begun = await currentSession(api, call).catch(refusalOnly)
  if (begun === undefined) return undefined
  const { publicUrl } = api.browser
  refuseForeign(call.headers, begun.token, { isWrite: true, publicUrl })
  await api.sessions.end(begun.row, changeOf(api, call))
  call.setHeader('set-cookie', api.cookie.clear(begun.row.kind))
  return undefined
}

/** The session of the request's cookie; undefined: it has none. Rejects with SESSION_INVALID, TOO_MANY_REQUESTS. */
async function currentSession(
  api: Api,
  { headers, remoteAddress }: Pick<Call<SessionRoutes>, 'headers' | 'remoteAddress'>,
): Promise<BegunSession | undefined> {
  refuseUnready(api)
  const token = api.cookie.read(headers)
  if (token === undefined) return undefined
  return { token, row: await api.doorkeeper.findSession(token, remoteAddress) }
}

/** A cookie that is good for nothing does not keep anybody from signing in or out. */
function refusalOnly(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'SESSION_INVALID') return undefined
  throw error
}

function changeOf(api: Api, { remoteAddress }: Pick<Call<SessionRoutes>, 'remoteAddress'>): SessionChange {
  return (action, row) => {
    const now = api.clock.now()
    const { id, kind, workspaceId, createdBy } = row
    const note = { action, actor: kind === 'portal' ? id : createdBy, targetId: id, changedFields: [], remoteAddress }
    return {
      now,
      audit: { id: api.random.uuid(now), workspaceId: kind === 'operator' ? null : workspaceId, ...note },
    }
  }
}

/** The open routes are there before the storage is. Throws NOT_READY. */
function refuseUnready({ readiness }: Api): void {
  const status = readiness.state
  if (status !== 'ok') throw new Refusal('NOT_READY', { status })
}

/** Throws INVALID_INPUT. */
function refuseUnclear(body: Call<'createSession'>['body']): void {
  const given = [body.portalToken, body.apiKey, body.adminKey].filter((credential) => credential !== undefined)
  if (given.length !== 1) throw invalidInput([{ path: '', ...ONE }])
  if ((body.apiKey === undefined) !== (body.workspaceId === undefined)) {
    throw invalidInput([{ path: body.apiKey === undefined ? '/apiKey' : '/workspaceId', ...BESIDE }])
  }
}

const ONE = {
  en: 'must have one of portalToken, apiKey with workspaceId, and adminKey',
  es: 'debe tener uno de portalToken, apiKey con workspaceId, y adminKey',
}
const BESIDE = {
  en: 'is missing: apiKey and workspaceId go together',
  es: 'falta: apiKey y workspaceId van juntos',
}
