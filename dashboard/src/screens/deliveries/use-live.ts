// Owns the list of deliveries while it is live: changes come over the stream, and are put into what was loaded.
// Must never move what somebody reads: away from the top, changes wait to be asked for. Must never hide that something is missing.
import type { DeliveryGap, DeliverySummary, StreamDeliveriesQuery } from '@getsupervisor/agents-studio-sdk'
import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { after } from '../../browser/clock.ts'
import { useSession } from '../../session/session.tsx'
import type { DeliveryFilter } from './delivery-filter.ts'
import type { DeliveryPage } from './delivery-queries.ts'
import { mergeLive } from './merge-live.ts'

/** Changes are shown together, so often. */
const SHOWN_EVERY_MS = 300
const TOP_PX = 80
/** More that wait than these are a gap: the list is loaded again instead. */
const WAITING_MAX = 1000

export interface Live {
  readonly state: 'connecting' | 'open' | 'broken' | 'refused'
  readonly gap: DeliveryGap | undefined
  readonly waiting: number
  readonly showWaiting: () => void
  /** The list was loaded again: nothing is missing in it. */
  readonly forget: () => void
}

export function useLive({ open: _, ...filter }: DeliveryFilter, isOn: boolean): Live {
  const { client } = useSession()
  const queries = useQueryClient()
  const [state, setState] = useState<Live['state']>('connecting')
  const [gap, setGap] = useState<DeliveryGap>()
  const [waiting, setWaiting] = useState(0)
  const changed = useRef(new Map<string, DeliverySummary>())
  const { webhook, type, event, status } = filter
  const key = JSON.stringify(['deliveries', filter])
  const showWaiting = useCallback(() => {
    const rows = [...changed.current.values()]
    changed.current.clear()
    setWaiting(0)
    queries.setQueryData<InfiniteData<DeliveryPage>>(JSON.parse(key), (list) =>
      list === undefined ? list : { ...list, pages: mergeLive(list.pages, rows, status) },
    )
  }, [queries, key, status])
  useEffect(() => {
    if (!isOn) return
    const ended = new AbortController()
    let stopTimer: (() => void) | undefined
    const show = () => {
      stopTimer = undefined
      if (scrollY < TOP_PX) showWaiting()
      else setWaiting(changed.current.size)
    }
    const take = (delivery: DeliverySummary) => {
      // Again at the end: the last change is the newest.
      changed.current.delete(delivery.id)
      changed.current.set(delivery.id, delivery)
      const [oldest] = changed.current.values()
      if (changed.current.size > WAITING_MAX && oldest !== undefined) {
        changed.current.clear()
        setGap({ from: oldest.updatedAt, until: delivery.updatedAt })
      }
      stopTimer ??= after(SHOWN_EVERY_MS, show)
    }
    const read = async () => {
      const told = { signal: ended.signal, onOpen: () => setState('open'), onBreak: () => setState('broken') }
      for await (const item of client.deliveries.stream(streamQuery(webhook, type, event), told)) {
        if (item.type === 'gap') setGap(item.gap)
        else take(item.delivery)
      }
    }
    setState('connecting')
    read().catch(() => ended.signal.aborted || setState('refused'))
    return () => {
      ended.abort()
      stopTimer?.()
      changed.current.clear()
    }
  }, [client, isOn, webhook, type, event, showWaiting])
  return { state, gap, waiting, showWaiting, forget: () => setGap(undefined) }
}

/** Not by status: a delivery that leaves it must be seen leaving. */
function streamQuery(webhook?: string, type?: string, event?: string): StreamDeliveriesQuery {
  return {
    ...(webhook === undefined ? {} : { webhookId: webhook }),
    ...(type === undefined ? {} : { eventKey: type }),
    ...(event === undefined ? {} : { eventId: event }),
  }
}
