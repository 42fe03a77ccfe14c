// Owns the filters of the list of events as they stand in the address. Pure.
import type { ListEventsQuery } from '@getsupervisor/agents-studio-sdk'

export interface EventFilter {
  readonly type?: string
  readonly call?: string
  readonly undelivered?: 'yes'
}

export function readEventFilter(search: Readonly<Record<string, unknown>>): EventFilter {
  const text = (name: string) => {
    const value = search[name]
    return typeof value === 'string' && value.trim() !== '' && value.length <= 256 ? { [name]: value.trim() } : {}
  }
  return { ...text('type'), ...text('call'), ...(search['undelivered'] === 'yes' ? { undelivered: 'yes' } : {}) }
}

export function eventQueryOf({ type, call, undelivered }: EventFilter): ListEventsQuery {
  return {
    ...(type === undefined ? {} : { type }),
    ...(call === undefined ? {} : { callId: call }),
    ...(undelivered === undefined ? {} : { undelivered: true }),
  }
}
