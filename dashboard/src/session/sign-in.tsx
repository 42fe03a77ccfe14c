// Owns the door: a key and a workspace, or the admin key with any workspace.
import { ApiError } from '@getsupervisor/agents-studio-sdk'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { LanguageSwitch } from '../shell/language-switch.tsx'
import { ThemeSwitch } from '../shell/theme-switch.tsx'
import timbre from '../timbre.svg'
import { Button } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { ErrorWords, Notice } from '../ui/states.tsx'
import { useSessionState } from './session.tsx'
import { useSessionWords } from './session-words.ts'

export function SignIn() {
  const say = useSessionWords()
  const { ended } = useSessionState()
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 p-5">
      <title>{`${say('enter')} · Timbre`}</title>
      <div className="flex items-center gap-3">
        <img src={timbre} alt="" width={36} height={36} />
        <h1 className="text-xl font-semibold tracking-tight">{say('title')}</h1>
      </div>
      {ended !== undefined && <Notice tone="wait">{say(ended)}</Notice>}
      <SignInForm />
      <p className="text-sm text-muted">
        {say('where')} <code className="font-mono text-xs">npm start</code> ·{' '}
        <a className="text-accent-text underline" href="/docs">
          {say('docs')}
        </a>
      </p>
      <div className="flex gap-2">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  )
}

function SignInForm() {
  const say = useSessionWords()
  const { signIn } = useSessionState()
  const [apiKey, setApiKey] = useState('')
  const [workspaceId, setWorkspaceId] = useState('')
  const door = useMutation({ mutationFn: signIn })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    door.mutate({ key: apiKey.trim(), workspaceId: workspaceId.trim() })
  }
  const code = door.error instanceof ApiError ? door.error.code : undefined
  const ofWorkspace = code === 'WORKSPACE_REQUIRED' || code === 'WORKSPACE_FORBIDDEN' || code === 'WORKSPACE_NOT_FOUND'
  const message = door.error?.message
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      <Field label={say('workspace')} hint={say('workspaceHint')} error={ofWorkspace ? message : undefined}>
        <TextInput
          isMono
          autoComplete="off"
          value={workspaceId}
          onChange={(event) => setWorkspaceId(event.target.value)}
        />
      </Field>
      <Field label={say('key')} hint={say('keyHint')} error={code?.startsWith('API_KEY') ? message : undefined}>
        <TextInput
          isMono
          required
          type="password"
          autoComplete="off"
          value={apiKey}
          onChange={(event) => setApiKey(event.target.value)}
        />
      </Field>
      {door.error !== null && !ofWorkspace && !code?.startsWith('API_KEY') && (
        <Notice tone="fail">
          <ErrorWords error={door.error} />
        </Notice>
      )}
      <Button kind="primary" type="submit" disabled={door.isPending}>
        {say(door.isPending ? 'entering' : 'enter')}
      </Button>
    </form>
  )
}
