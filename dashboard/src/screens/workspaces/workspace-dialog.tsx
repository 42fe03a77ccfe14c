// Owns making a workspace, and changing its name and how long it keeps events.
import type { Workspace } from '@getsupervisor/agents-studio-sdk'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useSession } from '../../session/session.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { readRetention } from './retention-days.ts'
import { useWorkspaceWords } from './workspace-words.ts'

interface WorkspaceDialogProps {
  /** null: a new one. */
  readonly workspace: Workspace | null
  readonly onSaved: () => void
  readonly onClose: () => void
}

export function WorkspaceDialog({ workspace, onSaved, onClose }: WorkspaceDialogProps) {
  const say = useWorkspaceWords()
  const sayShared = useSharedWords()
  const { client } = useSession()
  const [name, setName] = useState(workspace?.name ?? '')
  const [retention, setRetention] = useState(String(workspace?.retentionDays ?? ''))
  const retentionDays = readRetention(retention)
  const save = useMutation({
    mutationFn: (body: { readonly name: string; readonly retentionDays: number | null }) =>
      workspace === null ? client.workspaces.create(body) : client.workspaces.update(workspace.id, body),
    onSuccess: () => {
      onSaved()
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (retentionDays !== undefined) save.mutate({ name: name.trim(), retentionDays })
  }
  return (
    <Dialog isOpen onClose={onClose} title={say(workspace === null ? 'newTitle' : 'editTitle')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={say('name')}>
          <TextInput required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label={say('retention')}
          hint={say('retentionHint')}
          error={retentionDays === undefined ? say('retentionFault') : undefined}
        >
          <TextInput inputMode="numeric" value={retention} onChange={(event) => setRetention(event.target.value)} />
        </Field>
        <FormActions
          send={workspace === null ? say('create') : sayShared('save')}
          isDisabled={save.isPending}
          error={save.error}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
