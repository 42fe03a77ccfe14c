// Owns the form of a test: to which webhook, of which type, with which data, signed by which secrets; and the response.
import type { EventType, Webhook } from '@getsupervisor/agents-studio-sdk'
import { Send } from 'lucide-react'
import { type FormEvent, useMemo, useState } from 'react'
import { hasInexactNumber, type JsonObject } from '../../browser/exact-json.ts'
import { shortUrl } from '../../session/webhook-names.ts'
import { Button } from '../../ui/button.tsx'
import { Field, INPUT } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { Notice } from '../../ui/states.tsx'
import { type DraftFault, dataIn, draftOf } from '../event-data/data-draft.ts'
import { DataEditor } from '../event-data/data-editor.tsx'
import { fieldsOf } from '../event-data/schema-fields.ts'
import { TestResponse } from '../webhooks/test-response.tsx'
import { useWebhookChange } from '../webhooks/webhook-queries.ts'
import { usePublishWords } from './publish-words.ts'
import { refusalOf } from './refusal.ts'
import { TypeChoice } from './type-choice.tsx'

interface FormProps {
  readonly type: EventType
  readonly types: readonly EventType[]
  readonly data: JsonObject
  /** The data is that of a past event, whose type stays. */
  readonly isOfEvent: boolean
  readonly webhooks: readonly Webhook[]
  readonly webhook: Webhook | undefined
  readonly onChange: (change: { readonly type?: string; readonly webhook?: string }) => void
}

export function TestForm({ type, types, data, isOfEvent, webhooks, webhook, onChange }: FormProps) {
  const say = usePublishWords()
  const fields = useMemo(() => fieldsOf(type.schema), [type.schema])
  const [draft, setDraft] = useState(() => draftOf(data, fields))
  const [fault, setFault] = useState<DraftFault>()
  const [currentSecretOnly, setCurrentOnly] = useState(false)
  const id = webhook?.id ?? ''
  const test = useWebhookChange(id, (client, sent: JsonObject) =>
    client.webhooks.test(id, { eventKey: type.key, data: sent, currentSecretOnly }),
  )
  const refusal = useMemo(() => refusalOf(test.error), [test.error])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = dataIn(draft, fields)
    setFault('fault' in read ? read.fault : undefined)
    if ('data' in read) test.mutate(read.data)
  }
  return (
    <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
      <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-6">
        <WebhookChoice webhooks={webhooks} value={id} onChange={(one) => onChange({ webhook: one })} />
        {isOfEvent && refusal.type === undefined ? (
          <p className="flex flex-col gap-1.5 text-sm">
            <span className="font-semibold">{say('type')}</span>
            <code className="font-mono break-all">{type.key}</code>
          </p>
        ) : (
          <TypeChoice types={types} value={type.key} error={refusal.type} onChange={(key) => onChange({ type: key })} />
        )}
        {isOfEvent && hasInexactNumber(data) && <Notice tone="wait">{say('inexact')}</Notice>}
        <DataEditor fields={fields} draft={draft} fault={fault} issues={refusal.data} onChange={setDraft} />
        <CurrentOnly isOn={currentSecretOnly} onChange={setCurrentOnly} />
        {test.error !== null && <Notice tone="fail">{refusal.other ?? say('testRefused')}</Notice>}
        <div>
          <Button kind="primary" type="submit" disabled={test.isPending || webhook === undefined}>
            <Send size={15} aria-hidden /> {say(test.isPending ? 'sending' : 'send')}
          </Button>
        </div>
      </form>
      <div aria-live="polite" className="min-w-0">
        {test.data !== undefined && (
          <Card title={say('response')}>
            <TestResponse result={test.data} />
          </Card>
        )}
      </div>
    </div>
  )
}

interface ChoiceProps {
  readonly webhooks: readonly Webhook[]
  readonly value: string
  readonly onChange: (id: string) => void
}

function WebhookChoice({ webhooks, value, onChange }: ChoiceProps) {
  const say = usePublishWords()
  return (
    <Field label={say('testWebhook')}>
      <select
        aria-label={say('testWebhook')}
        className={INPUT}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {webhooks.map(({ id, url }) => (
          <option key={id} value={id}>
            {shortUrl(url).slice(0, 120)}
          </option>
        ))}
      </select>
    </Field>
  )
}

function CurrentOnly({ isOn, onChange }: { readonly isOn: boolean; readonly onChange: (isOn: boolean) => void }) {
  const say = usePublishWords()
  return (
    <label className="flex items-start gap-3">
      <input
        type="checkbox"
        className="mt-1 size-4 accent-accent-text"
        checked={isOn}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        {say('onlyCurrent')}
        <span className="block text-sm text-muted">{say('onlyCurrentHint')}</span>
      </span>
    </label>
  )
}
