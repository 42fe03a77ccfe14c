// Owns who is signed in: the client that every screen works through, and how it is had and left.
// Must never put a key into the address, the storage or the history: the browser keeps a cookie that no script can read.
import {
  AuthenticationError,
  type Capability,
  type Client,
  type Session as Granted,
  type Scope,
} from '@getsupervisor/agents-studio-sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react'
import { setTheme } from '../browser/theme.ts'
import { setLanguage } from '../language/language.ts'
import { hasScope, isAllowed } from './is-allowed.ts'
import { newClient, startSession } from './session-start.ts'

export interface Session {
  readonly client: Client
  readonly granted: Granted
  /** null: an operator who has not chosen one yet. */
  readonly workspaceId: string | null
}

export interface Credentials {
  readonly key: string
  /** Empty: the key is the admin key. */
  readonly workspaceId: string
}

interface SessionState {
  /** Until it is known whether there is one. */
  readonly isStarting: boolean
  readonly session: Session | undefined
  /** Why there is none. */
  readonly ended: 'expired' | 'link' | undefined
  /** @throws ApiError when the key is refused */
  readonly signIn: (credentials: Credentials) => Promise<void>
  readonly signOut: (why?: 'expired') => void
  readonly chooseWorkspace: (workspaceId: string | null) => void
}

const SessionContext = createContext<SessionState | undefined>(undefined)

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const [client] = useState(newClient)
  const [granted, setGranted] = useState<Granted>()
  const [chosen, setChosen] = useState<string | null>(null)
  const [ended, setEnded] = useState<'expired' | 'link'>()
  const begin = useCallback((given: Granted) => {
    if (given.locale !== null) setLanguage(given.locale)
    if (given.theme !== null) setTheme(given.theme)
    setGranted(given)
    setEnded(undefined)
  }, [])
  const start = useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const given = await startSession(client).catch((error: unknown) => {
        if (error instanceof AuthenticationError) setEnded('link')
        else throw error
        return undefined
      })
      if (given !== undefined) begin(given)
      return given !== undefined
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  const signIn = useCallback(
    async ({ key, workspaceId }: Credentials) =>
      begin(await client.session.create(workspaceId === '' ? { adminKey: key } : { apiKey: key, workspaceId })),
    [client, begin],
  )
  const signOut = useCallback(
    (why?: 'expired') => {
      // Without it the cookie would be there still; where it is over, there is nothing to end.
      if (why === undefined) void client.session.end().catch(() => {})
      setGranted(undefined)
      setChosen(null)
      setEnded(why)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
    [client, queries],
  )
  const chooseWorkspace = useCallback(
    (workspaceId: string | null) => {
      if (workspaceId !== null) client.workspace.set(workspaceId)
      setChosen(workspaceId)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
    [client, queries],
  )
  const state = useMemo(() => {
    const session = granted && { client, granted, workspaceId: granted.workspaceId ?? chosen }
    return { isStarting: start.isPending, session, ended, signIn, signOut, chooseWorkspace }
  }, [client, granted, chosen, start.isPending, ended, signIn, signOut, chooseWorkspace])
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

/** Whether the session may do it: what it may not is not offered. The service says so again. */
export function useCan(capability: Capability, scope?: Scope): boolean {
  return isAllowed(useSession().granted, capability, scope)
}

/** Test sends count as publishing for a portal, and as managing webhooks for a key. */
export function useCanTest(): boolean {
  return useCan('publish', 'webhooks:write')
}

/** The same of what no portal is open to, by the scope of a key. */
export function useMay(scope: Scope): boolean {
  return hasScope(useSession().granted, scope)
}

/** Whether an error means that the session is over. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof AuthenticationError
}
