// Owns the line about an event that was accepted: how many get it, or why nobody does.
import type { AcceptedEvent } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../../frame/colours.ts'
import { idText, skipText } from './words.ts'

export function acceptedLine({ id, type, duplicate, deliveryCount, skipped }: AcceptedEvent): string {
  const what = duplicate ? colours.yellow('accepted before') : colours.green('accepted')
  const deliveries = deliveryCount === 1 ? '1 delivery' : `${deliveryCount} deliveries`
  const [first] = skipped ?? []
  const why =
    deliveryCount > 0
      ? ''
      : first === undefined
        ? ': there is no webhook'
        : `: ${idText('webhook', first.webhookId)} ${skipText(first.reason)}`
  return `${what}  ${id}  ${type}  ${deliveries}${why}`
}
