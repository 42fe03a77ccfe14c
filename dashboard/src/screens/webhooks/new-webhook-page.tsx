// Owns the page on which a webhook is added.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useSession } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { type bodyOf, emptyForm } from './form-values.ts'
import { useFormWords } from './form-words.ts'
import { WebhookForm } from './webhook-form.tsx'

interface NewWebhook {
  readonly body: ReturnType<typeof bodyOf>
  readonly types: readonly string[]
}

export default function NewWebhookPage() {
  const say = useFormWords()
  const sayShared = useSharedWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { client } = useSession()
  const [start] = useState(emptyForm)
  const add = useMutation({
    mutationFn: ({ body, types }: NewWebhook) => client.webhooks.create({ ...body, eventKeys: [...types] }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['webhooks'] })
      await navigate({ to: '/webhooks/$webhookId', params: { webhookId: id } })
    },
  })
  return (
    <Page title={say('newTitle')}>
      <WebhookForm
        start={start}
        isNew
        isSaving={add.isPending}
        error={add.error}
        onSave={(body, types) => add.mutate({ body, types })}
        cancel={
          <Link to="/webhooks" className={buttonLook('bare')}>
            {sayShared('cancel')}
          </Link>
        }
      />
    </Page>
  )
}
