// Owns the range of a replay as the browser's fields write it: in the user's zone, to the minute. Pure.

export interface Range {
  readonly since: string
  readonly until: string
}

/** The last so many milliseconds, as fields. @param now in milliseconds since 1970 */
export function lastRange(now: number, ms: number): Range {
  // To the minute that is still to come: what happened a moment ago is in it.
  return { since: fieldOf(now - ms), until: fieldOf(now + 60_000) }
}

/** As the API takes it; undefined where a field is empty or the range is none. */
export function rangeIn({ since, until }: Range): Range | undefined {
  const [from, to] = [Date.parse(since), Date.parse(until)]
  if (Number.isNaN(from) || Number.isNaN(to) || from >= to) return undefined
  return { since: new Date(from).toISOString(), until: new Date(to).toISOString() }
}

function fieldOf(time: number): string {
  const zone = new Date(time).getTimezoneOffset() * 60_000
  return new Date(time - zone).toISOString().slice(0, 16)
}
