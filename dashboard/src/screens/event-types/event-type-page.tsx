// Owns the page of one event type: its fields, its schema, an example, its TypeScript type, and what can be done with it.
import { type EventType, typescriptOfOne } from '@getsupervisor/agents-studio-sdk'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft, Send } from 'lucide-react'
import { useCan, useMay } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { CodeText } from '../../ui/code-text.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { Badge } from '../../ui/status-badge.tsx'
import { TextView } from '../../ui/text-view.tsx'
import { Time } from '../../ui/time.tsx'
import { TypeActions } from './event-type-actions.tsx'
import { useEventType } from './event-type-queries.ts'
import { useEventTypeWords } from './event-type-words.ts'
import { FieldTable } from './field-table.tsx'
import { languageOf } from './language-of.ts'

export default function EventTypePage() {
  const { key } = useParams({ from: '/event-types/$key' })
  const { data, error, isPending, refetch } = useEventType(key)
  if (isPending) return <LoadingRows rows={6} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <LoadedType type={data} />
}

function LoadedType({ type }: { readonly type: EventType }) {
  const say = useEventTypeWords()
  const mayPublish = useCan('publish')
  const mayWrite = useMay('event-types:write')
  const { key, title, isBuiltIn, example, schema } = type
  return (
    <Page
      name={key}
      title={<span className="break-all">{key}</span>}
      note={<TypeNote type={type} />}
      actions={
        <>
          <Link to="/event-types" className={buttonLook('bare')}>
            <ChevronLeft size={15} aria-hidden /> {say('title')}
          </Link>
          {mayPublish && (
            <Link to="/events/publish" search={{ type: key }} className={buttonLook('primary')}>
              <Send size={15} aria-hidden /> {say('publish')}
            </Link>
          )}
          {mayWrite && !isBuiltIn && <TypeActions type={type} />}
        </>
      }
    >
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={say('fields')}>
            <FieldTable schema={schema} />
          </Card>
          <Card title={say('schema')}>
            <TextView text={JSON.stringify(schema)} name={say('schema')} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={say('example')}>
            {Object.keys(example).length === 0 ? (
              <p className="p-4 text-sm text-muted">{say('noExample')}</p>
            ) : (
              <TextView text={JSON.stringify(example)} name={say('example')} />
            )}
          </Card>
          <Card title={say('typescript')}>
            <TextView text={typescriptOfOne({ key, title, schema })} name={say('typescript')} />
            <p className="px-4 pb-4 text-sm text-muted">
              <CodeText text={say('typescriptText')} />
            </p>
          </Card>
        </div>
      </div>
    </Page>
  )
}

function TypeNote({ type }: { readonly type: EventType }) {
  const say = useEventTypeWords()
  const { title, description, isBuiltIn, isDeprecated, updatedAt } = type
  return (
    <span className="flex max-w-prose flex-col gap-1.5">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={isBuiltIn ? 'wait' : 'busy'}>{say(isBuiltIn ? 'builtIn' : 'ownMark')}</Badge>
        {isDeprecated && <Badge tone="wait">{say('deprecated')}</Badge>}
        <span lang={languageOf(type)}>{title}</span>
        {updatedAt !== null && (
          <span>
            {say('changedAt')} <Time at={updatedAt} />
          </span>
        )}
      </span>
      {description !== '' && <span lang={languageOf(type)}>{description}</span>}
    </span>
  )
}
