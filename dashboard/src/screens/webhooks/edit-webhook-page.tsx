// Owns the page on which a webhook is changed.
import type { WebhookUpdate } from '@getsupervisor/agents-studio-sdk'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useSharedWords } from '../../language/shared-words.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { type bodyOf, formOf } from './form-values.ts'
import { useFormWords } from './form-words.ts'
import { WebhookForm } from './webhook-form.tsx'
import { useWebhook, useWebhookChange } from './webhook-queries.ts'

export default function EditWebhookPage() {
  const say = useFormWords()
  const sayShared = useSharedWords()
  const navigate = useNavigate()
  const { webhookId } = useParams({ from: '/webhooks/$webhookId/edit' })
  const { data, error, isPending } = useWebhook(webhookId)
  const save = useWebhookChange(webhookId, (client, body: WebhookUpdate) => client.webhooks.update(webhookId, body))
  const leave = () => navigate({ to: '/webhooks/$webhookId', params: { webhookId } })
  return (
    <Page title={say('editTitle')}>
      {isPending && <LoadingRows rows={4} />}
      {error !== null && <ErrorState error={error} />}
      {data !== undefined && (
        <WebhookForm
          start={formOf(data)}
          isNew={false}
          isPull={data.kind === 'pull'}
          isSaving={save.isPending}
          error={save.error}
          onSave={(body) => save.mutate(data.kind === 'pull' ? withoutUrl(body) : body, { onSuccess: leave })}
          cancel={
            <Link to="/webhooks/$webhookId" params={{ webhookId }} className={buttonLook('bare')}>
              {sayShared('cancel')}
            </Link>
          }
        />
      )}
    </Page>
  )
}

function withoutUrl({ url: _, ...others }: ReturnType<typeof bodyOf>): WebhookUpdate {
  return others
}
