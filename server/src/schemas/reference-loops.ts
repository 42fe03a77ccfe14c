// Owns references that go round without looking further into the value: no validation of them would end.
import { refuseAt } from './keyword.ts'
import type { Place } from './places.ts'

/** Throws INVALID_EVENT_TYPE_SCHEMA where a schema is applied to the same value again by way of itself. */
export function refuseLoops(places: Iterable<Place>): void {
  const finished = new Set<Place>()
  for (const place of places) refuseLoopFrom(place, finished)
}

/** Depth first, without recursion: a chain of references may be as long as the document. */
function refuseLoopFrom(start: Place, finished: Set<Place>): void {
  const open = new Set<Place>()
  const stack: { readonly place: Place; readonly rest: Iterator<Place> }[] = []
  const enter = (place: Place) => {
    if (finished.has(place)) return
    if (open.has(place)) refuseLoop(place)
    open.add(place)
    stack.push({ place, rest: place.inPlace.values() })
  }
  enter(start)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.rest.next()
    if (next.done !== true) {
      enter(next.value)
      continue
    }
    finished.add(top.place)
    open.delete(top.place)
    stack.pop()
  }
}

function refuseLoop({ pointer }: Place): never {
  return refuseAt('reference_loop', pointer, {
    en: 'is applied to the same value again and again',
    es: 'se aplica una y otra vez al mismo valor',
  })
}
