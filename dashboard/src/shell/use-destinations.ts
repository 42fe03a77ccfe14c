// Owns which screens whoever is signed in can go to.
import { hasScope } from '../session/is-allowed.ts'
import { useSession } from '../session/session.tsx'
import { type Destination, INSTALLATION, NAVIGATION } from './navigation.ts'

interface Destinations {
  /** Of the workspace; none while there is none. */
  readonly workspace: readonly Destination[]
  /** For the operator; none for others. */
  readonly installation: readonly Destination[]
}

export function useDestinations(): Destinations {
  const { granted, workspaceId } = useSession()
  const isOpen = ({ scope }: Destination) => scope === undefined || hasScope(granted, scope)
  return {
    workspace: workspaceId === null ? [] : NAVIGATION.filter(isOpen),
    installation: granted.kind === 'operator' ? INSTALLATION : [],
  }
}
