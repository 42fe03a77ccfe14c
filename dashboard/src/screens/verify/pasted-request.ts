// Owns reading what somebody pasted: headers as they stand in a log or a tool, and a time. Pure.

/** `name: value` a line; a line without a colon belongs to none. The names are as the receiver's framework has them. */
export function headersIn(text: string): Readonly<Record<string, string>> {
  const found = text.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*["']?([\w-]+)["']?\s*:\s*["']?(.*?)["']?,?\s*$/.exec(line) ?? []
    return name === undefined ? [] : [[name.toLowerCase(), value ?? ''] as const]
  })
  return Object.fromEntries(found)
}

/**
 * When the request was received, in milliseconds since 1970: as it was given, else when it was sent, so that its age is not checked.
 * undefined: neither can be read.
 */
export function receivedAt(given: string, headers: Readonly<Record<string, string>>): number | undefined {
  if (given.trim() !== '') {
    const at = /^\d+$/.test(given.trim()) ? Number(given) * 1000 : Date.parse(given)
    return Number.isNaN(at) ? undefined : at
  }
  const sent = Number(headers['webhook-timestamp'])
  return Number.isFinite(sent) && sent > 0 ? sent * 1000 : undefined
}
