// Owns telling a person that the server is away, and that it is back: the SDK tries again by itself, and says nothing.
import type { Fetch } from '@getsupervisor/agents-studio-sdk'

export interface Watch {
  readonly onAway: () => void
  readonly onBack: () => void
}

/** Each is called once for each time that the server is away. */
export function watchedFetch({ onAway, onBack }: Watch): Fetch {
  let isAway = false
  return async (url, init) => {
    try {
      const response = await fetch(url, init)
      if (isAway) onBack()
      isAway = false
      return response
    } catch (error) {
      // Ctrl-C ends a request too, and so does its time limit.
      const isEnded = init.signal?.aborted === true
      if (!isAway && !isEnded) onAway()
      isAway ||= !isEnded
      throw error
    }
  }
}
