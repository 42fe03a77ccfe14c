// Owns the page that says why a signature does not verify. Must never send what was pasted anywhere, nor keep it.
import { diagnose } from '@getsupervisor/agents-studio-sdk/receiver'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field, TextArea, TextInput } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { headersIn, receivedAt } from './pasted-request.ts'
import { Verdict } from './verdict.tsx'
import { useVerifyWords } from './verify-words.ts'

interface Pasted {
  readonly headers: string
  readonly body: string
  readonly secret: string
  readonly time: string
}

const NOTHING: Pasted = { headers: '', body: '', secret: '', time: '' }

export default function VerifyScreen() {
  const say = useVerifyWords()
  const [pasted, setPasted] = useState(NOTHING)
  const check = useMutation({ mutationFn: verdictOf, gcTime: 0 })
  const set = (change: Partial<Pasted>) => {
    setPasted({ ...pasted, ...change })
    // It was about another request.
    check.reset()
  }
  const isNoTime = pasted.time.trim() !== '' && receivedAt(pasted.time, {}) === undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isNoTime) check.mutate(pasted)
  }
  return (
    <Page title={say('title')} note={say('note')}>
      <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
        <form onSubmit={submit} className="flex min-w-0 flex-col gap-5">
          <Field label={say('headers')} hint={say('headersHint')}>
            <TextArea rows={6} value={pasted.headers} onChange={(event) => set({ headers: event.target.value })} />
          </Field>
          <Field label={say('body')} hint={say('bodyHint')}>
            <TextArea rows={6} value={pasted.body} onChange={(event) => set({ body: event.target.value })} />
          </Field>
          <Field label={say('secret')} hint={say('secretHint')}>
            <TextInput
              isMono
              type="password"
              autoComplete="off"
              value={pasted.secret}
              onChange={(event) => set({ secret: event.target.value })}
            />
          </Field>
          <Field label={say('receivedAt')} hint={say('receivedAtHint')} error={isNoTime ? say('notATime') : undefined}>
            <TextInput
              isMono
              placeholder="2026-11-29T12:00:00Z"
              value={pasted.time}
              onChange={(event) => set({ time: event.target.value })}
            />
          </Field>
          <div>
            <Button kind="primary" type="submit" disabled={check.isPending}>
              {say(check.isPending ? 'checking' : 'check')}
            </Button>
          </div>
        </form>
        <div aria-live="polite" className="min-w-0">
          {check.error !== null && (
            <Notice tone="fail">
              <ErrorWords error={check.error} />
            </Notice>
          )}
          {check.data !== undefined && <Verdict diagnosis={check.data} />}
        </div>
      </div>
    </Page>
  )
}

function verdictOf({ headers, body, secret, time }: Pasted) {
  const given = headersIn(headers)
  const at = receivedAt(time, given)
  return diagnose(body, given, secret, at === undefined ? {} : { receivedAt: at })
}
