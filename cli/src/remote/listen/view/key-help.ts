// Owns which keys there are and what each says of itself: at the foot of the view, and on its page of help.

export interface KeyHelp {
  readonly key: string
  readonly does: string
  readonly says: string
}

/** At the foot in this order, as far as there is room; the last two always. */
export const KEYS: readonly KeyHelp[] = [
  { key: '⏎', does: 'look', says: 'the request and the response; again: the list' },
  { key: '/', does: 'filter', says: 'words that must be there: a type, an id, a call, 500, 5xx, failed, again' },
  { key: 'r', does: 'resend', says: 'the server sends it again, signed anew; it is recorded as an attempt' },
  { key: 'e', does: 'edit', says: 'change it in $VISUAL or $EDITOR and send it from here, signed' },
  { key: 'd', does: 'diff', says: 'what differs from the one before of the same type' },
  { key: 'c', does: 'curl', says: 'copy it as a curl command' },
  { key: 'v', does: 'verify', says: 'whether the request verifies, and if not, why' },
  { key: '?', does: 'help', says: 'this page' },
  { key: 'q', does: 'quit', says: 'end, as Ctrl-C does: what was begun is finished, the rest is kept' },
]

/** Not at the foot: everybody tries them. */
export const MOVES: readonly Omit<KeyHelp, 'does'>[] = [
  { key: '↑ ↓', says: 'choose another; also k and j' },
  { key: 'PgUp PgDn', says: 'a page on, in the list or in what is shown below it' },
  { key: 'g G', says: 'the oldest; the newest, and stay with it' },
  { key: 'Esc', says: 'back to the list; there: no filter' },
]
