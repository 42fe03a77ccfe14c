// Owns the scales of charts: where an axis ends, and where a value stands on it. Pure.

/** The next of 1, 2, 5, 10, 20, 50 … that is no less; 1 where there is nothing. */
export function axisEnd(greatest: number): number {
  if (greatest <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(greatest))
  return [1, 2, 5, 10].map((step) => step * power).find((end) => end >= greatest) ?? 10 * power
}

/** On a logarithmic axis, 0 at its beginning and 1 at its end: what differs by orders of magnitude is seen beside each other. */
export function logPlace(value: number, from: number, to: number): number {
  if (to <= from) return 0
  const place = Math.log(Math.max(value, from) / from) / Math.log(to / from)
  return Math.min(Math.max(place, 0), 1)
}

export interface MirrorScale {
  /** Values up to this are drawn upwards. */
  readonly upEnd: number
  /** Values up to this are drawn downwards; 0: none is. */
  readonly downEnd: number
}

/** Both directions have one scale. Downwards there is a fifth of the room at least, so that a little is seen beside much. */
export function mirrorScale(bars: readonly { readonly up: number; readonly down: number }[]): MirrorScale {
  const upEnd = axisEnd(Math.max(0, ...bars.map(({ up }) => up)))
  const down = Math.max(0, ...bars.map((bar) => bar.down))
  return { upEnd, downEnd: down === 0 ? 0 : Math.max(axisEnd(down), upEnd / 4) }
}
