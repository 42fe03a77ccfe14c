// Owns how a diagnosis is said: whether it verifies, else the cause, what to do, and the facts of it.
import type { Diagnosis } from '@getsupervisor/agents-studio-sdk/receiver'
import { CircleCheck, CircleX } from 'lucide-react'
import { useLanguage } from '../../language/language.ts'
import { Card } from '../../ui/page.tsx'
import { causeWords } from './cause-words.ts'
import { useVerifyWords } from './verify-words.ts'

export function Verdict({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const say = useVerifyWords()
  const { verifies, cause } = diagnosis
  const isRight = verifies && cause === null
  return (
    <Card title={say(isRight ? 'verifies' : 'why')}>
      <div className="flex gap-3 p-4">
        {isRight ? (
          <CircleCheck size={22} className="shrink-0 text-ok" aria-hidden />
        ) : (
          <CircleX size={22} className="shrink-0 text-fail" aria-hidden />
        )}
        {isRight ? <p>{say('verifiesText')}</p> : <Cause diagnosis={diagnosis} />}
      </div>
    </Card>
  )
}

function Cause({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const say = useVerifyWords()
  const language = useLanguage()
  const { cause, detail } = diagnosis
  const { means, remedy } =
    cause === null || cause === 'unknown'
      ? { means: say('unknownMeans'), remedy: say('unknownRemedy') }
      : causeWords(cause, language)
  const facts = Object.entries(detail)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="text-lg font-semibold">{means}</p>
      <section>
        <h3 className="text-sm font-semibold text-muted">{say('todo')}</h3>
        <p>{remedy}</p>
      </section>
      {facts.length > 0 && (
        <section>
          <h3 className="text-sm font-semibold text-muted">{say('facts')}</h3>
          <dl className="font-mono text-sm">
            {facts.map(([name, value]) => (
              <div key={name} className="flex flex-wrap gap-x-3">
                <dt className="text-muted">{name}</dt>
                <dd className="min-w-0 break-all">{String(value).slice(0, 500)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  )
}
