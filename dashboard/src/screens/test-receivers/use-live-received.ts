// Owns what a test receiver gets while somebody looks at it: what it has kept, and each request as it comes.
import type { ReceivedRequest, ReceivedStreamItem, TestReceiver } from '@getsupervisor/agents-studio-sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useSession } from '../../session/session.tsx'
import { mergeReceived } from './merge-received.ts'
import { RECEIVERS, receivedKey, useReceived } from './receiver-queries.ts'

export type LiveState = 'connecting' | 'open' | 'broken' | 'refused'

export function useLiveReceived(receiverId: string) {
  const { client } = useSession()
  const queries = useQueryClient()
  const kept = useReceived(receiverId)
  const [state, setState] = useState<LiveState>('connecting')
  const [streamed, setStreamed] = useState<readonly ReceivedRequest[]>([])
  useEffect(() => {
    const ended = new AbortController()
    const reload = () => void queries.invalidateQueries({ queryKey: receivedKey(receiverId) })
    const take = (item: ReceivedStreamItem) => {
      if (item.type === 'request') {
        setStreamed((before) => mergeReceived(before, [item.request]))
        queries.setQueryData<readonly TestReceiver[]>(RECEIVERS, (all) => counted(all, receiverId, Number(item.id)))
        return
      }
      setStreamed([])
      reload()
    }
    const onOpen = () => {
      setState('open')
      // What came before it was connected, or while it was not and is not shown any more.
      reload()
    }
    const read = async () => {
      const told = { signal: ended.signal, onOpen, onBreak: () => setState('broken') }
      for await (const item of client.testReceivers.streamRequests(receiverId, {}, told)) take(item)
    }
    read().catch(() => ended.signal.aborted || setState('refused'))
    return () => ended.abort()
  }, [client, queries, receiverId])
  return { kept, streamed, state }
}

/** The id of a frame is the number of its request among all that the receiver got. */
function counted(all: readonly TestReceiver[] | undefined, receiverId: string, requestCount: number) {
  return all?.map((one) => (one.id === receiverId ? { ...one, requestCount } : one))
}
