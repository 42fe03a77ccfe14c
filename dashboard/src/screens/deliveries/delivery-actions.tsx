// Owns what can be done with a delivery: sending it again, and taking its request along.
import type { Delivery } from '@getsupervisor/agents-studio-sdk'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Pencil, RotateCw, Terminal } from 'lucide-react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useCan, useCanTest, useSession } from '../../session/session.tsx'
import { Button, Buttons, buttonLook } from '../../ui/button.tsx'
import { ErrorWords, Notice } from '../../ui/states.tsx'
import { signedCurl } from './curl.ts'
import { useRetry } from './delivery-queries.ts'
import { useDeliveryWords } from './delivery-words.ts'

export function DeliveryActions({ delivery }: { readonly delivery: Delivery }) {
  const say = useDeliveryWords()
  const sayShared = useSharedWords()
  const { client } = useSession()
  const retry = useRetry(delivery)
  const [mayRetry, maySeeSecrets] = [useCan('retry'), useCan('secrets')]
  const mayTest = useCanTest()
  const curl = useMutation({
    mutationFn: async () => navigator.clipboard.writeText(await signedCurl(client, delivery)),
  })
  const error = retry.error ?? curl.error
  return (
    <div className="flex flex-col gap-3 print:hidden">
      <Buttons>
        {mayRetry && (
          <Button
            kind={delivery.status === 'success' ? 'quiet' : 'primary'}
            onClick={() => retry.mutate()}
            disabled={retry.isPending || delivery.status === 'sending'}
          >
            <RotateCw size={15} aria-hidden /> {say(retry.isPending ? 'retrying' : 'retry')}
          </Button>
        )}
        {mayTest && (
          <Link
            to="/events/test"
            search={{ event: delivery.eventId, webhook: delivery.webhookId }}
            className={buttonLook('quiet')}
          >
            <Pencil size={15} aria-hidden /> {say('editAndSend')}
          </Link>
        )}
        {maySeeSecrets && (
          <Button onClick={() => curl.mutate()} disabled={curl.isPending} title={say('curlHint')}>
            {curl.isSuccess ? <Check size={15} aria-hidden /> : <Terminal size={15} aria-hidden />}
            <span aria-live="polite">{curl.isSuccess ? sayShared('copied') : say('curl')}</span>
          </Button>
        )}
      </Buttons>
      {error !== null && (
        <Notice tone="fail">
          <ErrorWords error={error} />
        </Notice>
      )}
      {retry.isSuccess && delivery.status === 'queued' && <Notice tone="ok">{say('retried')}</Notice>}
    </div>
  )
}
