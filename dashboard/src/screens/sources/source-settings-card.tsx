// Owns the settings of a source, to read.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { useSharedWords } from '../../language/shared-words.ts'
import { Fact } from '../../ui/fact.tsx'
import { IdText } from '../../ui/id-text.tsx'
import { Card } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { PROVIDER_NAMES } from './provider-names.ts'
import { useSourceWords } from './source-words.ts'

export function SourceSettingsCard({ source }: { readonly source: Source }) {
  const say = useSourceWords()
  const sayShared = useSharedWords()
  const { id, publicUrl, verification, fields, createdAt } = source
  const declared = [verification, fields].filter((one) => one !== null)
  return (
    <Card title={say('settings')}>
      <dl className="grid grid-cols-1 items-center gap-x-4 gap-y-2.5 p-4 text-sm sm:grid-cols-[12rem_minmax(0,1fr)]">
        <Fact name={say('source')}>
          <IdText id={id} name={say('source')} />
        </Fact>
        <Fact name={say('publicUrl')}>
          {publicUrl === null ? sayShared('none') : <code className="font-mono">{publicUrl}</code>}
        </Fact>
        {declared.length > 0 && (
          <Fact name={say('declared')}>
            <code className="font-mono text-xs">{declared.map((one) => JSON.stringify(one)).join(' ')}</code>
          </Fact>
        )}
        <Fact name={say('created')}>
          <Time at={createdAt} isExact />
        </Fact>
      </dl>
      <AgentMap source={source} />
    </Card>
  )
}

function AgentMap({ source: { kind, agentMap } }: { readonly source: Source }) {
  const say = useSourceWords()
  const agents = Object.entries(agentMap)
  return (
    <div className="border-t border-line p-4 text-sm">
      <h3 className="mb-2 font-semibold">{say('agentMap')}</h3>
      {agents.length === 0 ? (
        <p className="text-muted">{say('agentMapNone')}</p>
      ) : (
        <table className="w-full table-fixed text-left">
          <thead className="text-xs text-muted">
            <tr>
              <th className="pr-4 pb-1 font-normal">{say('theirs', { provider: PROVIDER_NAMES[kind] })}</th>
              <th className="pb-1 font-normal">{say('ours')}</th>
            </tr>
          </thead>
          <tbody className="font-mono text-xs">
            {agents.map(([theirs, ours]) => (
              <tr key={theirs}>
                <td className="py-0.5 pr-4 wrap-anywhere">{theirs}</td>
                <td className="py-0.5 wrap-anywhere">{ours}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
