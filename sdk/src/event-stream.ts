// Owns reading server-sent events (WHATWG HTML §9.2.6) out of text that comes in pieces. Pure.

export interface EventFrame {
  /** undefined: the frame has none. */
  readonly id: string | undefined
  readonly event: string
  /** undefined: the frame is no event, but its id counts. */
  readonly data: string | undefined
  /** Milliseconds to wait before the connection is made again; undefined: as before. */
  readonly retryMs: number | undefined
}

export class EventStreamParser {
  /** What has come of a line that has not ended. */
  #rest = ''
  #lines: string[] = []

  /** The frames that are whole now. A comment is none. */
  read(text: string): EventFrame[] {
    // A CR at the end may be the first half of a CRLF: it waits for what follows.
    const all = this.#rest + text
    const whole = all.endsWith('\r') ? all.slice(0, -1) : all
    const lines = whole.split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + all.slice(whole.length)
    const frames: EventFrame[] = []
    for (const line of lines) {
      if (line !== '') this.#lines.push(line)
      else {
        const frame = frameOf(this.#lines)
        if (frame !== undefined) frames.push(frame)
        this.#lines = []
      }
    }
    return frames
  }
}

function frameOf(lines: readonly string[]): EventFrame | undefined {
  let id: string | undefined
  let event = 'message'
  let retryMs: number | undefined
  const data: string[] = []
  for (const line of lines) {
    const [name = '', value = ''] = fieldOf(line)
    if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'retry' && /^\d+$/.test(value)) retryMs = Number(value)
  }
  if (id === undefined && data.length === 0 && retryMs === undefined) return undefined
  return { id, event, data: data.length === 0 ? undefined : data.join('\n'), retryMs }
}

/** A comment has an empty name. */
function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  const value = line.slice(colon + 1)
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value]
}
