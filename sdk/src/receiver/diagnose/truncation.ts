// Owns whether a body breaks off. What is missing cannot be known, so no signature proves it; plain facts do.
import { WEBHOOK_ID } from '@timbre/contract/signature.ts'
import { type HeadersInput, header } from '../signature-headers.ts'
import type { Finding } from './finding.ts'

/** A body that is no whole JSON, with fewer bytes than were announced, or that begins as the event and ends inside it. */
export function truncation(bytes: Uint8Array, headers: HeadersInput): Finding | undefined {
  const text = new TextDecoder().decode(bytes)
  if (!text.startsWith('{') || isJson(text)) return undefined
  const announced = Number(header(headers, 'content-length') ?? Number.NaN)
  if (bytes.length < announced) {
    const what = `content-length is ${announced}, and the body has ${bytes.length} bytes.`
    return { cause: 'truncated', what, detail: { bytes: bytes.length, announcedBytes: announced } }
  }
  const id = header(headers, WEBHOOK_ID)
  if (id === undefined || !text.startsWith(`{"id":"${id}",`) || !breaksOff(text)) return undefined
  return { cause: 'truncated', what: `It breaks off after ${bytes.length} bytes.`, detail: { bytes: bytes.length } }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether an object, a list or a text is still open at the end. */
function breaksOff(text: string): boolean {
  let depth = 0
  const token = /"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}[\]]/gs
  for (const [part, end] of text.matchAll(token)) {
    if (part.startsWith('"')) {
      if (end !== '"') return true
    } else depth += part === '{' || part === '[' ? 1 : -1
  }
  return depth > 0
}
