// Owns where whoever comes in goes first: into the workspace, or, as an operator who has chosen none, to the installation.
import { Navigate } from '@tanstack/react-router'
import { useSession } from '../session/session.tsx'

export function Home() {
  return <Navigate to={useSession().workspaceId === null ? '/instance' : '/overview'} replace />
}
