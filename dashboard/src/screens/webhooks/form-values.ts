// Owns the form of a webhook as text, and as the API takes it; and at which field each fault stands. Pure.
import { ApiError, type Ordering, type Webhook, type WebhookUpdate } from '@getsupervisor/agents-studio-sdk'
import { faultsByField } from '../../ui/faults-by-field.ts'

export interface FormValues {
  readonly url: string
  readonly description: string
  readonly agentId: string
  readonly ordering: Ordering
  readonly rate: string
  readonly schedule: string
  readonly headers: readonly { readonly key: number; readonly name: string; readonly value: string }[]
  readonly types: readonly string[]
}

export type FieldName = keyof FormValues
/** What is wrong, by the field at which it stands; '' is the form as a whole. */
export type Faults = Readonly<Partial<Record<FieldName | '', string>>>

export function emptyForm(): FormValues {
  return { url: '', description: '', agentId: '', ordering: 'none', rate: '', schedule: '', headers: [], types: [] }
}

export function formOf(webhook: Webhook): FormValues {
  return {
    url: webhook.url,
    description: webhook.description ?? '',
    agentId: webhook.agentId ?? '',
    ordering: webhook.ordering,
    rate: webhook.rateLimitPerSecond?.toString() ?? '',
    schedule: webhook.retrySchedule?.join(', ') ?? '',
    headers: Object.entries(webhook.headers).map(([name, value], key) => ({ key, name, value })),
    types: [],
  }
}

/** What the API would not be asked, because no number can be made of it: everything else is the service's to say. */
export function unreadable(values: FormValues): 'rate' | 'schedule' | undefined {
  if (values.rate.trim() !== '' && !/^\d+$/.test(values.rate.trim())) return 'rate'
  if (values.schedule.trim() !== '' && !/^\d+(\s*,\s*\d+)*$/.test(values.schedule.trim())) return 'schedule'
  return undefined
}

/** @param values of which `unreadable` has found nothing */
export function bodyOf({ url, description, agentId, ordering, rate, schedule, headers }: FormValues) {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  const numbers = orNull(schedule)?.split(',').map(Number) ?? null
  return {
    url: url.trim(),
    description: orNull(description),
    agentId: orNull(agentId),
    ordering,
    rateLimitPerSecond: rate.trim() === '' ? null : Number(rate),
    retrySchedule: numbers,
    headers: Object.fromEntries(
      headers.filter(({ name }) => name.trim() !== '').map((one) => [one.name.trim(), one.value]),
    ),
  } satisfies WebhookUpdate
}

const FIELD_OF_MEMBER: Readonly<Record<string, FieldName>> = {
  url: 'url',
  description: 'description',
  agentId: 'agentId',
  ordering: 'ordering',
  rateLimitPerSecond: 'rate',
  retrySchedule: 'schedule',
  headers: 'headers',
  eventKeys: 'types',
}
const FIELD_OF_CODE: Readonly<Record<string, FieldName>> = {
  URL_NOT_ALLOWED: 'url',
  HEADER_NOT_ALLOWED: 'headers',
  UNKNOWN_EVENT_TYPE: 'types',
}

/** The server's own sentences, each at its field. */
export function faultsOf(error: unknown): Faults {
  const field = error instanceof ApiError ? FIELD_OF_CODE[error.code] : undefined
  if (field !== undefined && error instanceof ApiError) return { [field]: error.message }
  return faultsByField(error, FIELD_OF_MEMBER)
}
