// Owns whether something on the page has come into view: what is asked of the service for it can wait until then.
import { type RefObject, useEffect, useRef, useState } from 'react'

/** A little before it is seen. */
const MARGIN = '200px'

/** @returns what is to be watched, and whether it has been in view since it was there */
export function useSeen<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const watched = useRef<E>(null)
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    if (watched.current === null || isSeen) return
    const observer = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && setSeen(true), {
      rootMargin: MARGIN,
    })
    observer.observe(watched.current)
    return () => observer.disconnect()
  }, [isSeen])
  return [watched, isSeen]
}
