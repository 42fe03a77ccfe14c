// Owns the steps at the provider: where the secret is found, and where the URL is pasted, in the provider's own screens.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { Card } from '../../ui/page.tsx'
import { Notice } from '../../ui/states.tsx'
import { PROVIDER_NAMES } from './provider-names.ts'
import { PROVIDER_STEPS } from './provider-steps.ts'
import { useSourceWords } from './source-words.ts'
import { useStepWords } from './step-words.ts'

export function SetupCard({ source }: { readonly source: Source }) {
  const say = useSourceWords()
  const sayStep = useStepWords()
  const { kind, url, publicUrl } = source
  const provider = PROVIDER_NAMES[kind]
  const { secret, steps, signsUrl } = PROVIDER_STEPS[kind]
  return (
    <Card title={say('setup', { provider })}>
      <div className="flex flex-col gap-4 p-4">
        <PastedUrl name={say('url', { provider })} url={url} />
        {publicUrl === null && <Notice tone="wait">{say('noPublicUrl')}</Notice>}
        <ol className="flex list-decimal flex-col gap-2 pl-5 text-sm">
          <li>
            <span className="text-muted">{say('setupSecret')}</span> {sayStep(secret)}
          </li>
          {steps.map(({ words }) => (
            <li key={words}>{sayStep(words)}</li>
          ))}
          <li>{say('setupDone')}</li>
        </ol>
        {signsUrl === true && <p className="text-sm text-muted">{say('signsUrl', { provider })}</p>}
      </div>
    </Card>
  )
}

function PastedUrl({ name, url }: { readonly name: string; readonly url: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className="text-sm font-semibold">{name}</span>
      <div className="flex min-w-0 items-center gap-1 rounded-md bg-hover py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{url}</code>
        <CopyIcon text={url} name={name} />
      </div>
    </div>
  )
}
