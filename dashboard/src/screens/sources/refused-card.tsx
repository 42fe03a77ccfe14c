// Owns what was refused last of a source, each with its cause and what to do.
import type { RefusedRequest } from '@getsupervisor/agents-studio-sdk'
import { CircleX } from 'lucide-react'
import { Card } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { Badge } from '../../ui/status-badge.tsx'
import { TextView } from '../../ui/text-view.tsx'
import { Time } from '../../ui/time.tsx'
import { useRefusedRequests } from './source-queries.ts'
import { useSourceWords } from './source-words.ts'

export function RefusedCard({ sourceId }: { readonly sourceId: string }) {
  const say = useSourceWords()
  const { data, error, isPending, refetch } = useRefusedRequests(sourceId)
  return (
    <Card title={say('refused')}>
      {isPending && <LoadingRows rows={2} />}
      {data === undefined && !isPending && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="p-4 text-sm text-muted">{say('refusedNone')}</p>}
      {data !== undefined && data.length > 0 && (
        <ul aria-label={say('refused')}>
          {data.map((request) => (
            <li key={request.receivedAt + request.cause} className="border-b border-line last:border-b-0">
              <Refused request={request} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Refused({ request }: { readonly request: RefusedRequest }) {
  const say = useSourceWords()
  const { receivedAt, cause, message, detail, remoteAddress, headers, body, unkept } = request
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return (
    <div className="flex flex-col gap-1.5 px-4 py-3 text-sm">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone="fail" icon={CircleX}>
          {cause}
        </Badge>
        {remoteAddress !== null && <span className="text-muted">{say('from', { address: remoteAddress })}</span>}
        <span className="ml-auto text-muted">
          <Time at={receivedAt} />
        </span>
      </span>
      <p>{`${message.charAt(0).toUpperCase()}${message.slice(1)}.`}</p>
      {detail !== null && (
        <p className="text-muted">
          {say('detail')}: <code className="font-mono wrap-anywhere">{detail}</code>
        </p>
      )}
      {unkept > 0 && <p className="text-muted">{say('unkept', { count: unkept })}</p>}
      <details>
        <summary className="cursor-pointer text-accent-text underline">{say('show')}</summary>
        <TextView text={shown.join('\n')} name={say('headers')} note={say('headers')} />
        {body !== '' && <TextView text={body} name={say('body')} note={say('body')} />}
      </details>
    </div>
  )
}
