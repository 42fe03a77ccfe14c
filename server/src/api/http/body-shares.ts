// Owns the decision who gets memory for a request body when there is little left: pure, from what is held to what is to be done.
// Must never count a byte that has not arrived: what a client announces costs nothing (docs/decisions/0039).

/** A body of which something has arrived and which is not dealt with yet. */
export interface HeldBody {
  readonly workspaceId: string
  readonly address: string
  /** At most SMALL_BODY_BYTES will come, as far as the client has said. */
  readonly isSmall: boolean
  /** Memory that it takes now. */
  readonly bytes: number
  /** When its first byte came, milliseconds of a monotonic clock. */
  readonly since: number
  /** All of it is here. Such a body is about to be dealt with and is never cut off. */
  readonly isComplete: boolean
}

/** `take`: there is memory. `refuse`: whoever asks has to go. `cut`: another one has to go first, then ask again. */
export type Share<B extends HeldBody> = 'take' | 'refuse' | { readonly cut: B }

/** A body takes about six times its bytes until it is on disk: its text, its value, its events, their copies. */
const BODIES_BYTES = 16 * 1024 * 1024
/** Kept free for small bodies, so that large batches do not shut everybody else out. */
const SMALL_BODIES_BYTES = 4 * 1024 * 1024
export const SMALL_BODY_BYTES = 64 * 1024
/** One workspace, or one address, may hold three times what is left free: three quarters of everything when it is alone. */
const SHARE_OF_FREE = 3
/** Under this no share can be exceeded: nobody need look any further. */
export const PLENTY_BYTES = BODIES_BYTES / 2
/** When memory is wanted, a body that has been coming for so long has to have come this fast. */
const PATIENCE_MS = 1000
const HURRIED_BYTES_PER_MS = 1024

/**
 * What is to be done so that `asking` can have `more` bytes.
 * @param held every body that is not dealt with, `asking` among them or not, but for those that came whole while there was plenty
 * @param totalBytes of all, those among them
 * @param now milliseconds of the same clock as `since`
 */
export function shareOf<B extends HeldBody>(
  held: Iterable<B>,
  totalBytes: number,
  asking: B,
  more: number,
  now: number,
): Share<B> {
  const bodies = [...held]
  const free = (asking.isSmall ? BODIES_BYTES + SMALL_BODIES_BYTES : BODIES_BYTES) - totalBytes - more
  const isWithinShare = asking.isSmall || largestAccount(bodies, asking) + more <= SHARE_OF_FREE * free
  if (free >= 0 && isWithinShare) return 'take'
  const others = bodies.filter((body) => body !== asking && !body.isComplete && body.bytes > 0)
  const victim = largest(others.filter((body) => isSlow(body, now))) ?? largest(weaker(bodies, others, asking, more))
  return victim === undefined ? 'refuse' : { cut: victim }
}

/** What is complete goes before what is still coming; what is still coming, before what a greedier workspace sends. */
function weaker<B extends HeldBody>(bodies: readonly B[], others: readonly B[], asking: B, more: number): readonly B[] {
  if (asking.isComplete) return others
  const own = heldBy(bodies, 'workspaceId', asking) + more
  return others.filter((body) => heldBy(bodies, 'workspaceId', body) > own)
}

function isSlow({ since, bytes }: HeldBody, now: number): boolean {
  const age = now - since
  return age > PATIENCE_MS && bytes < age * HURRIED_BYTES_PER_MS
}

function largestAccount(bodies: readonly HeldBody[], asking: HeldBody): number {
  return Math.max(heldBy(bodies, 'workspaceId', asking), heldBy(bodies, 'address', asking))
}

function heldBy(bodies: readonly HeldBody[], account: 'workspaceId' | 'address', like: HeldBody): number {
  return sum(bodies.filter((body) => body[account] === like[account]))
}

function sum(bodies: readonly HeldBody[]): number {
  return bodies.reduce((total, { bytes }) => total + bytes, 0)
}

function largest<B extends HeldBody>(bodies: readonly B[]): B | undefined {
  return bodies.reduce<B | undefined>(
    (most, body) => (most === undefined || body.bytes > most.bytes ? body : most),
    undefined,
  )
}

/** After so long the first byte is far away, and a body has to have come at this pace: 408 otherwise. */
const SLOW_AFTER_MS = 10_000
const BYTES_PER_MS_MIN = 4

/** Whether a body comes so slowly that it is cut off, whoever else wants memory. */
export function isTooSlow({ since, bytes, isComplete }: HeldBody, now: number): boolean {
  const age = now - since
  return !isComplete && age > SLOW_AFTER_MS && bytes < age * BYTES_PER_MS_MIN
}
