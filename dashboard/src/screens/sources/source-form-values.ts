// Owns the form of a source as text, and as the API takes it; and at which field each fault stands. Pure.
import type { Source, SourceKind, SourceUpdate } from '@getsupervisor/agents-studio-sdk'
import { faultsByField } from '../../ui/faults-by-field.ts'

export interface SourceFormValues {
  readonly kind: SourceKind
  readonly name: string
  readonly secret: string
  readonly publicUrl: string
  readonly agents: readonly { readonly key: number; readonly theirs: string; readonly ours: string }[]
  readonly apiKey: string
  readonly verification: string
  readonly fields: string
}

type FieldName = keyof SourceFormValues
/** What is wrong, by the field at which it stands; '' is the form as a whole. */
export type SourceFaults = Readonly<Partial<Record<FieldName | '', string>>>

/** @param origin of this page: mostly where the provider will reach the server */
export function emptySourceForm(origin: string): SourceFormValues {
  const isPublic = origin.startsWith('https://')
  return {
    kind: 'retell',
    name: '',
    secret: '',
    publicUrl: isPublic ? origin : '',
    agents: [],
    apiKey: '',
    verification: '',
    fields: '',
  }
}

export function sourceFormOf({ kind, name, publicUrl, agentMap, verification, fields }: Source): SourceFormValues {
  const text = (value: object | null) => (value === null ? '' : JSON.stringify(value, null, 2))
  return {
    kind,
    name,
    secret: '',
    publicUrl: publicUrl ?? '',
    agents: Object.entries(agentMap).map(([theirs, ours], key) => ({ key, theirs, ours })),
    apiKey: '',
    verification: text(verification),
    fields: text(fields),
  }
}

/** What the API would not be asked, because it is no JSON: everything else is the service's to say. */
export function unreadableSource({ verification, fields }: SourceFormValues): 'verification' | 'fields' | undefined {
  if (!isObjectText(verification)) return 'verification'
  return isObjectText(fields) ? undefined : 'fields'
}

function isObjectText(text: string): boolean {
  if (text.trim() === '') return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Without kind and secret. @param values of which `unreadableSource` has found nothing */
export function sourceBodyOf(values: SourceFormValues): SourceUpdate & { readonly name: string } {
  const { name, publicUrl, agents, apiKey, verification, fields } = values
  const json = (text: string) => (text.trim() === '' ? null : JSON.parse(text))
  const mapped = agents.filter(({ theirs, ours }) => theirs.trim() !== '' || ours.trim() !== '')
  return {
    name: name.trim(),
    publicUrl: publicUrl.trim() === '' ? null : publicUrl.trim(),
    agentMap: Object.fromEntries(mapped.map(({ theirs, ours }) => [theirs.trim(), ours.trim()])),
    verification: json(verification),
    fields: json(fields),
    ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
  }
}

const FIELD_OF_MEMBER: Readonly<Record<string, FieldName>> = {
  kind: 'kind',
  name: 'name',
  secret: 'secret',
  publicUrl: 'publicUrl',
  agentMap: 'agents',
  apiKey: 'apiKey',
  verification: 'verification',
  fields: 'fields',
}

/** The server's own sentences, each at its field. */
export function sourceFaultsOf(error: unknown): SourceFaults {
  return faultsByField(error, FIELD_OF_MEMBER)
}
