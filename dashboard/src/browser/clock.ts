// Owns time in the page: what time it is, and waking up later. The only reader of the clock here.
import { useEffect, useState } from 'react'

export function nowMs(): number {
  return Date.now()
}

/** Calls back once, after so many milliseconds; the function that it returns undoes it. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds)
  return () => clearTimeout(timer)
}

/** The value once it has stayed the same for so long: for what is typed and asked of the service. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => after(milliseconds, () => setSettled(value)), [value, milliseconds])
  return settled
}

const minute = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined

/** The time, renewed every half minute for everything on the page at once: for texts such as "5 minutes ago". */
export function useNow(): number {
  const [now, setNow] = useState(nowMs)
  useEffect(() => {
    const renew = () => setNow(nowMs())
    minute.add(renew)
    ticking ??= setInterval(() => {
      for (const one of minute) one()
    }, 30_000)
    return () => {
      minute.delete(renew)
      if (minute.size > 0) return
      clearInterval(ticking)
      ticking = undefined
    }
  }, [])
  return now
}
