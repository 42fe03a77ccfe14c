// Owns what a source's provider signs with: never shown, and replaced with an overlap.
import type { Source } from '@getsupervisor/agents-studio-sdk'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useNow } from '../../browser/clock.ts'
import { useLanguage } from '../../language/language.ts'
import { durationText } from '../../language/time-text.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { Notice } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { PROVIDER_NAMES } from './provider-names.ts'
import { PROVIDER_STEPS } from './provider-steps.ts'
import { ReplaceDialog } from './replace-dialog.tsx'
import { useSourceWords } from './source-words.ts'

interface SecretCardProps {
  readonly source: Source
  readonly mayReplace: boolean
}

export function SourceSecretCard({ source, mayReplace }: SecretCardProps) {
  const say = useSourceWords()
  const [isReplacing, setReplacing] = useState(false)
  const provider = PROVIDER_NAMES[source.kind]
  return (
    <Card title={say('secret')}>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-sm text-muted">{say('secretText', { provider })}</p>
        <code className="font-mono text-sm break-all">{source.secretPreview}</code>
        {source.previousSecretExpiresAt !== null && <Overlap until={source.previousSecretExpiresAt} />}
        {mayReplace && (
          <div>
            <Button onClick={() => setReplacing(true)}>
              <RefreshCw size={15} aria-hidden /> {say('replace')}
            </Button>
          </div>
        )}
        <ApiKeyText source={source} />
      </div>
      {isReplacing && <ReplaceDialog source={source} onClose={() => setReplacing(false)} />}
    </Card>
  )
}

function Overlap({ until }: { readonly until: string }) {
  const say = useSourceWords()
  const language = useLanguage()
  const leftMs = Date.parse(until) - useNow()
  if (leftMs <= 0) return null
  return (
    <Notice tone="wait">
      {say('overlapEnds')} <Time at={until} isExact />: {say('overlapLeft', { time: durationText(leftMs, language) })}.
    </Notice>
  )
}

function ApiKeyText({ source: { kind, hasApiKey } }: { readonly source: Source }) {
  const say = useSourceWords()
  const provider = PROVIDER_NAMES[kind]
  const { asks } = PROVIDER_STEPS[kind]
  if (asks === undefined) return null
  const words = hasApiKey ? 'apiKeyKept' : asks === 'secret' ? 'apiKeySecret' : 'apiKeyNone'
  return (
    <p className="text-sm">
      <span className="font-semibold">{say('apiKey', { provider })}.</span>{' '}
      <span className="text-muted">{say(words, { provider })}</span>
    </p>
  )
}
