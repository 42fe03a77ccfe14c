// Owns the operator's step from the installation into a workspace.
import { useNavigate } from '@tanstack/react-router'
import { useSessionState } from '../../session/session.tsx'

/** @returns opens a webhook in its workspace, or, without one, the overview of the workspace */
export function useOpenWorkspace(): (workspaceId: string, webhookId?: string) => void {
  const { chooseWorkspace } = useSessionState()
  const navigate = useNavigate()
  return (workspaceId, webhookId) => {
    chooseWorkspace(workspaceId)
    if (webhookId === undefined) void navigate({ to: '/overview' })
    else void navigate({ to: '/webhooks/$webhookId', params: { webhookId } })
  }
}
