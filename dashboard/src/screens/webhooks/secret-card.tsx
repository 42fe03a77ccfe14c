// Owns the signing secret: hidden until it is asked for, and rotated with an overlap.
// Must never keep the secret longer than it is shown: it is no part of what was asked for and is kept.
import type { Webhook } from '@getsupervisor/agents-studio-sdk'
import { useMutation } from '@tanstack/react-query'
import { Eye, EyeOff, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../session/session.tsx'
import { Button, Buttons } from '../../ui/button.tsx'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { CurrentSecretTest } from './current-secret-test.tsx'
import { Overlap } from './overlap.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { useWebhookWords } from './webhook-words.ts'

export function SecretCard({ webhook }: { readonly webhook: Webhook }) {
  const say = useWebhookWords()
  const { client } = useSession()
  const [isRotating, setRotating] = useState(false)
  const reveal = useMutation({ mutationFn: () => client.webhooks.getSecret(webhook.id), gcTime: 0 })
  const { secret } = reveal.data ?? {}
  const overlapUntil = webhook.previousSecretExpiresAt
  return (
    <Card title={say('secret')}>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-sm text-muted">{say('secretText')}</p>
        <div className="flex min-w-0 items-center gap-1">
          <code className="min-w-0 font-mono text-sm break-all">{secret ?? webhook.secretPreview}</code>
          {secret !== undefined && <CopyIcon text={secret} name={say('secret')} />}
        </div>
        <Buttons>
          <Button disabled={reveal.isPending} onClick={() => (secret === undefined ? reveal.mutate() : reveal.reset())}>
            {secret === undefined ? <Eye size={15} aria-hidden /> : <EyeOff size={15} aria-hidden />}
            {say(secret === undefined ? 'reveal' : 'hide')}
          </Button>
          <Button onClick={() => setRotating(true)}>
            <RefreshCw size={15} aria-hidden /> {say('rotate')}
          </Button>
        </Buttons>
        {overlapUntil !== null && (
          <>
            <Overlap until={overlapUntil} />
            <CurrentSecretTest webhook={webhook} overlapUntil={overlapUntil} />
          </>
        )}
        {reveal.error !== null && (
          <Notice tone="fail">
            <ErrorWords error={reveal.error} />
          </Notice>
        )}
      </div>
      {isRotating && (
        <RotateDialog
          webhook={webhook}
          onClose={() => {
            setRotating(false)
            reveal.reset()
          }}
        />
      )}
    </Card>
  )
}
