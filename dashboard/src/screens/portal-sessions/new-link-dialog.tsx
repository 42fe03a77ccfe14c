// Owns making the link of a portal: the form of the dialog that shows it once.
import type { Capability, PortalSessionCreate } from '@getsupervisor/agents-studio-sdk'
import { type FormEvent, useState } from 'react'
import { isAllowed } from '../../session/is-allowed.ts'
import { useSession } from '../../session/session.tsx'
import { CheckList } from '../../ui/check-list.tsx'
import { ChoiceField } from '../../ui/choice-field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { MakeOnceDialog, type Sending } from '../../ui/make-once-dialog.tsx'
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
  return (
    <MakeOnceDialog
      say={say}
      make={async (body: PortalSessionCreate) => (await client.portalSessions.create(body)).link}
      form={(sending) => <LinkForm {...sending} />}
      onMade={onMade}
      onClose={onClose}
    />
  )
}

function LinkForm({ error, isSending, onSend, onCancel }: Sending<PortalSessionCreate>) {
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
      <FormActions send={say('create')} isDisabled={isSending} error={error} onCancel={onCancel} />
    </form>
  )
}
