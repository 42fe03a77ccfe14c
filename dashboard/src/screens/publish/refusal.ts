// Owns at which field of publishing or testing each of the service's sentences stands. Pure.
import { ApiError, ValidationError } from '@getsupervisor/agents-studio-sdk'

export interface Refusal {
  readonly type?: string
  readonly id?: string
  readonly agentId?: string
  /** Of the data, with paths that begin with `/data`. */
  readonly data: readonly { readonly path: string; readonly message: string }[]
  /** What stands at no field. */
  readonly other?: string
}

/** Codes that are about one field, though they name no path. */
const FIELD_OF_CODE: Readonly<Record<string, 'type' | 'id'>> = {
  UNKNOWN_EVENT_TYPE: 'type',
  EVENT_TYPE_RESERVED: 'type',
  EVENT_TYPE_UNUSABLE: 'type',
  EVENT_ID_REUSED: 'id',
}
const NOTHING: Refusal = { data: [] }

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError)) return error === null ? NOTHING : { data: [], other: String(error) }
  const field = FIELD_OF_CODE[error.code]
  if (field !== undefined) return { data: [], [field]: error.message }
  const issues = error instanceof ValidationError ? error.issues : []
  if (issues.length === 0) return { data: [], other: error.message }
  const isOfData = ({ path }: { readonly path: string }) => path === '/data' || path.startsWith('/data/')
  const messageAt = (path: string) => issues.find((issue) => issue.path === path)?.message
  const rest = issues.filter((issue) => !isOfData(issue) && !['/type', '/id', '/agentId'].includes(issue.path))
  return {
    data: issues.filter(isOfData),
    ...named('type', messageAt('/type') ?? messageAt('/eventKey')),
    ...named('id', messageAt('/id')),
    ...named('agentId', messageAt('/agentId')),
    ...named('other', rest.length === 0 ? undefined : rest.map(({ path, message }) => `${path} ${message}`).join('. ')),
  }
}

function named(name: keyof Refusal, message: string | undefined): Partial<Refusal> {
  return message === undefined ? {} : { [name]: message }
}
