// Owns who is signed in: the client that every screen works through, and how it is had and left.
// Must never put a key into the address, the storage or the history: it is in memory, until the page is closed.
import { AuthenticationError, type Client, createClient } from '@getsupervisor/agents-studio-sdk'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react'
import { currentLanguage } from '../language/language.ts'

export interface Session {
  readonly client: Client
  readonly workspaceId: string
}

export interface Credentials {
  readonly apiKey: string
  readonly workspaceId: string
}

interface SessionState {
  readonly session: Session | undefined
  /** Why there is none any more. */
  readonly ended: 'expired' | undefined
  /** @throws ApiError when the key is refused */
  readonly signIn: (credentials: Credentials) => Promise<void>
  readonly signOut: (why?: 'expired') => void
}

const SessionContext = createContext<SessionState | undefined>(undefined)

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const [session, setSession] = useState<Session>()
  const [ended, setEnded] = useState<'expired'>()
  const signIn = useCallback(async ({ apiKey, workspaceId }: Credentials) => {
    const client = createClient({ baseUrl: location.origin, apiKey, workspaceId, fetch: inLanguage })
    // Whether the key is good, and good for this workspace.
    await client.webhooks.list({ limit: 1 })
    setSession({ client, workspaceId })
    setEnded(undefined)
  }, [])
  const signOut = useCallback(
    (why?: 'expired') => {
      setSession(undefined)
      setEnded(why)
      queries.clear()
    },
    [queries],
  )
  const state = useMemo(() => ({ session, ended, signIn, signOut }), [session, ended, signIn, signOut])
  return <SessionContext value={state}>{children}</SessionContext>
}

export function useSessionState(): SessionState {
  const state = use(SessionContext)
  if (state === undefined) throw new Error('SessionProvider is missing above.')
  return state
}

/** For what is only shown to who is signed in. */
export function useSession(): Session {
  const { session } = useSessionState()
  if (session === undefined) throw new Error('Nobody is signed in.')
  return session
}

/** Whether an error means that the session is over. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof AuthenticationError
}

/** The service answers in the language of the page, which need not be the browser's. */
function inLanguage(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('accept-language', currentLanguage())
  return fetch(url, { ...init, headers })
}
