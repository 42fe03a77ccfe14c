// Owns making the link of a portal, and showing it once.
// Must never keep the link longer than the dialog is open.
import type { Capability, PortalSessionCreate } from '@getsupervisor/agents-studio-sdk'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { isAllowed } from '../../session/is-allowed.ts'
import { useSession } from '../../session/session.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckList } from '../../ui/check-list.tsx'
import { ChoiceField } from '../../ui/choice-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { usePortalWords } from './portal-words.ts'

const CAPABILITIES: readonly Capability[] = ['view', 'retry', 'replay', 'manage', 'secrets', 'publish']
const LIFETIMES = { minutes15: 900, hour1: 3600, hours8: 28_800, day1: 86_400, days7: 604_800 } as const
type Lifetime = keyof typeof LIFETIMES

interface NewLinkProps {
  readonly onMade: () => void
  readonly onClose: () => void
}

export function NewLinkDialog({ onMade, onClose }: NewLinkProps) {
  const say = usePortalWords()
  const { client } = useSession()
  const make = useMutation({
    mutationFn: (body: PortalSessionCreate) => client.portalSessions.create(body),
    onSuccess: onMade,
    gcTime: 0,
  })
  const link = make.data?.link
  return (
    <Dialog isOpen onClose={onClose} title={say('newTitle')}>
      {link === undefined ? (
        <LinkForm
          error={make.error}
          isSending={make.isPending}
          onSend={(body) => make.mutate(body)}
          onCancel={onClose}
        />
      ) : (
        <>
          <p>{say('once')}</p>
          <ShownOnce text={link} name={say('title')} />
          <div>
            <Button kind="primary" onClick={onClose}>
              {say('done')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}

interface LinkFormProps {
  readonly error: unknown
  readonly isSending: boolean
  readonly onSend: (body: PortalSessionCreate) => void
  readonly onCancel: () => void
}

function LinkForm({ error, isSending, onSend, onCancel }: LinkFormProps) {
  const say = usePortalWords()
  const { granted } = useSession()
  const [capabilities, setCapabilities] = useState<readonly Capability[]>(['view'])
  const [lifetime, setLifetime] = useState<Lifetime>('hour1')
  const [locale, setLocale] = useState<'en' | 'es' | ''>('')
  const [theme, setTheme] = useState<'light' | 'dark' | ''>('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (capabilities.length === 0) return
    const looks = { locale: locale === '' ? null : locale, theme: theme === '' ? null : theme }
    onSend({ capabilities: [...capabilities], expiresInSeconds: LIFETIMES[lifetime], ...looks })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <CheckList
        legend={say('capabilities')}
        options={CAPABILITIES.filter((one) => isAllowed(granted, one)).map((value) => ({ value, meaning: say(value) }))}
        chosen={capabilities}
        error={capabilities.length === 0 ? say('noCapability') : undefined}
        onChange={setCapabilities}
      />
      <ChoiceField
        label={say('lifetime')}
        hint={say('lifetimeHint')}
        options={(Object.keys(LIFETIMES) as Lifetime[]).map((value) => ({ value, name: say(value) }))}
        value={lifetime}
        onChange={setLifetime}
      />
      <ChoiceField
        label={say('locale')}
        options={(['', 'en', 'es'] as const).map((value) => ({ value, name: say(value === '' ? 'ofBrowser' : value) }))}
        value={locale}
        onChange={setLocale}
      />
      <ChoiceField
        label={say('theme')}
        options={(['', 'light', 'dark'] as const).map((value) => ({
          value,
          name: say(value === '' ? 'ofBrowser' : value),
        }))}
        value={theme}
        onChange={setTheme}
      />
      <FormActions send={say('create')} isSending={isSending} error={error} onCancel={onCancel} />
    </form>
  )
}
