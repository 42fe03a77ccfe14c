// Owns the filters of the list of calls as they stand in the address. Pure.
import type { SourceKind } from '@getsupervisor/agents-studio-sdk'
import { PROVIDERS } from '../sources/provider-names.ts'

export interface CallFilter {
  readonly number?: string
  readonly status?: string
  readonly provider?: SourceKind
}

const NAMES = ['number', 'status', 'provider'] as const

export function readCallFilter(search: Readonly<Record<string, unknown>>): CallFilter {
  const given = NAMES.flatMap((name) => {
    const value = search[name]
    return typeof value === 'string' && value.trim() !== '' && value.length <= 256 ? [[name, value.trim()]] : []
  })
  const { provider, ...others }: Readonly<Record<string, string>> = Object.fromEntries(given)
  const kind = PROVIDERS.find((one) => one === provider)
  return { ...others, ...(kind === undefined ? {} : { provider: kind }) }
}
