// Owns what one attempt sent and got, as text.
import type { Attempt } from '@getsupervisor/agents-studio-sdk'
import { TextView } from '../../ui/text-view.tsx'
import { useDeliveryWords } from './delivery-words.ts'

export function AttemptDetail({ attempt }: { readonly attempt: Attempt }) {
  const say = useDeliveryWords()
  const { error, remoteAddress, timings, requestHeaders, responseStatus, responseHeaders, responseBody } = attempt
  const isReused = timings.connect === null && timings.firstByte !== null
  return (
    <div className="flex flex-col gap-4 bg-canvas px-4 py-4">
      {error !== null && <p className="max-w-prose text-sm">{error}</p>}
      <p className="text-sm text-muted">
        {remoteAddress !== null && (
          <>
            {say('remote')}: <code className="font-mono">{remoteAddress}</code>.{' '}
          </>
        )}
        {isReused && say('reused')}
      </p>
      <div className="grid min-w-0 grid-cols-1 gap-4 2xl:grid-cols-2">
        <Part title={`${say('request')} · ${say('headers')}`}>
          <HeaderTable headers={requestHeaders} />
        </Part>
        <Part title={`${say('response')}${responseStatus === null ? '' : ` · ${responseStatus}`}`}>
          {responseHeaders === null ? (
            <p className="p-3 text-sm text-muted">{say('noResponse')}</p>
          ) : (
            <HeaderTable headers={responseHeaders} />
          )}
          {responseBody !== null && responseBody !== '' && (
            <div className="border-t border-line">
              <TextView text={responseBody} name={say('body')} note={say('responseLimit')} />
            </div>
          )}
        </Part>
      </div>
    </div>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="min-w-0 overflow-clip rounded-md border border-line bg-surface">
      <h3 className="border-b border-line px-3 py-2 text-xs font-semibold text-muted">{title}</h3>
      {children}
    </section>
  )
}

function HeaderTable({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  return (
    <dl className="flex flex-col gap-1.5 p-3 font-mono text-xs">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name} className="grid grid-cols-1 gap-x-3 sm:grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)]">
          <dt className="text-muted">{name}</dt>
          <dd className="max-h-24 overflow-auto wrap-anywhere print:max-h-none">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
