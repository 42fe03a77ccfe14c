// Owns `timbre simulate call --source`: whole calls as signed requests of a provider, posted to its source.
// Must never show what it signs with.
import { randomBytes } from 'node:crypto'
import type { Client, Source, SourceKind } from '@getsupervisor/agents-studio-sdk'
import { type ProviderMessage, providerRequest } from '@timbre/contract/providers/provider-request.ts'
import type { SigningKey } from '@timbre/contract/providers/provider-signature.ts'
import type { SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { telnyxKeys } from '@timbre/contract/providers/telnyx.ts'
import { SOURCE_KINDS } from '@timbre/contract/source.ts'
import { colours } from '../../frame/colours.ts'
import { CommandError } from '../../frame/command-failure.ts'
import { askedSecret, fileSecret } from '../../frame/secret-file.ts'
import { interruption, now, pause } from '../../frame/world.ts'
import { wholeUrl } from '../sources/show-source.ts'
import type { Server } from '../with-server.ts'
import { type PlannedMessage, type ProviderPlan, providerPlan } from './provider-plan.ts'

export interface ProviderCallOptions extends Omit<ProviderPlan, 'startMs' | 'kind'> {
  /** A provider, or the id of a source. */
  readonly source: string
  readonly speed: number
  readonly print: boolean
  /** What the source's provider signs with; of Telnyx the private key. Absent: a source is made for this. */
  readonly secretFile: string | undefined
}

interface Target {
  /** As the provider knows it, and as it is reached from here. */
  readonly signedUrl: string
  readonly postUrl: string
  readonly key: SigningKey
  /** What was made for this is removed. */
  end(): Promise<void>
}

const TIMEOUT_MS = 30_000

export async function simulateProviderCalls(server: Server, options: ProviderCallOptions): Promise<void> {
  const { speed, print } = options
  const startMs = now()
  const source = await sourceOf(server.client, options)
  const kind = typeof source === 'string' ? source : source.kind
  const plan = providerPlan({ ...options, kind, startMs })
  if (print) return printPlan(server, kind, plan)
  const target = await targetOf(server, source, options.secretFile)
  const signal = interruption()
  let refused = 0
  try {
    for (const message of plan) {
      await pause(startMs + (speed === 0 ? 0 : message.atMs / speed) - now(), signal)
      if (signal.aborted) break
      const request = providerRequest({ kind, url: target.signedUrl, payload: message.payload }, target.key, now())
      const { status, text } = await posted(request, target.postUrl)
      if (status !== 200) refused++
      tell(server, message, status, text)
    }
  } finally {
    await target.end()
  }
  if (refused > 0) throw new CommandError(`${refused} of ${plan.length} requests were refused.`, 'failed')
  server.out.say(colours.dim(`What became of them: timbre calls show ${plan.at(-1)?.callId}`))
}

function printPlan({ out }: Server, kind: SourceKind, plan: readonly PlannedMessage[]): void {
  for (const { callId, payload } of plan) {
    const message: Omit<ProviderMessage, 'url'> = { kind, payload }
    out.plain(JSON.stringify({ callId, ...message }))
  }
}

async function posted({ headers, body }: SourceRequest, url: string): Promise<{ status: number; text: string }> {
  const sent: RequestInit = {
    method: 'POST',
    headers: headers as Record<string, string>, // a request that was made here has each of its headers
    body: Buffer.from(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  try {
    const response = await fetch(url, sent)
    return { status: response.status, text: await response.text() }
  } catch (error) {
    const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
    throw new CommandError(`${new URL(url).origin} could not be reached: ${why}`, 'network')
  }
}

function tell({ out }: Server, { call, callId, payload }: PlannedMessage, status: number, text: string): void {
  if (out.isJson) out.json({ call, callId, status, payload, ...(status === 200 ? {} : { answer: text }) })
  const outcome = status === 200 ? colours.green('taken') : colours.red(`${status} ${messageOf(text)}`)
  out.say([`call ${call}`, callId, outcome].join('  '))
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? '') // of the API
  } catch {
    return ''
  }
}

async function targetOf(server: Server, source: Source | SourceKind, secretFile: string | undefined): Promise<Target> {
  if (typeof source === 'string') return targetOfItsOwn(server, source)
  const verification = source.verification === null ? {} : { hmac: source.verification }
  const secret =
    secretFile === undefined
      ? await askedSecret(`What ${source.kind} signs with`, '--secret-file')
      : fileSecret(secretFile)
  return { ...urlsOf(server, source), key: { secret, ...verification }, end: async () => {} }
}

/** Removed at the end, with what it was told; the calls and their events stay. */
async function targetOfItsOwn(server: Server, kind: SourceKind): Promise<Target> {
  const { client, connection } = server
  const keys = keysOf(kind)
  const publicUrl = new URL(connection.baseUrl.value).origin
  const source = await client.sources.create({ name: 'timbre simulate', kind, secret: keys.verifies, publicUrl })
  return { ...urlsOf(server, source), key: { secret: keys.signs }, end: () => client.sources.delete(source.id) }
}

function keysOf(kind: SourceKind): { readonly signs: string; readonly verifies: string } {
  const bytes = randomBytes(32)
  if (kind !== 'telnyx') return { signs: bytes.toString('hex'), verifies: bytes.toString('hex') }
  const { privateKey, publicKey } = telnyxKeys(bytes)
  return { signs: privateKey, verifies: publicKey }
}

/** The source that is meant; a provider alone: one is to be made. */
async function sourceOf(
  client: Client,
  { source, secretFile }: Pick<ProviderCallOptions, 'source' | 'secretFile'>,
): Promise<Source | SourceKind> {
  const kind = SOURCE_KINDS.find((one) => one === source)
  if (kind === undefined) return client.sources.get(source)
  if (secretFile === undefined) return kind
  const found: Source[] = []
  for await (const one of client.sources.list({ limit: 100 })) if (one.kind === kind) found.push(one)
  const [only] = found
  if (only === undefined)
    throw new CommandError(`There is no source of ${kind}. Without --secret-file one is made for the simulation.`)
  if (found.length === 1) return only
  throw new CommandError(`There are ${found.length} sources of ${kind}: say which with --source <id>.`)
}

function urlsOf({ connection }: Server, source: Source): Pick<Target, 'signedUrl' | 'postUrl'> {
  const signedUrl = wholeUrl(source, connection.baseUrl.value)
  return { signedUrl, postUrl: new URL(new URL(signedUrl).pathname, connection.baseUrl.value).href }
}
