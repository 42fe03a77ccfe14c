// Owns which receiver `timbre listen` forwards to: the one that is named, else the only one that listens on this machine.
import { InvalidArgumentError } from 'commander'
import { CommandError } from '../../frame/command-failure.ts'
import { type LocalPort, receiverPorts } from './local-ports.ts'

export interface ReceiverUrl {
  readonly url: URL
  readonly isFoundByPort: boolean
}

/** More would be no help. */
const NAMED_MAX = 8
const EXAMPLE = 'timbre listen --forward-to http://127.0.0.1:3000/hook'

/** `3000`, `3000/hook`, `localhost:3000/hook`, or a whole URL. */
export function receiverOption(text: string): URL {
  const withHost = /^:?\d+(\/.*)?$/.test(text) ? `127.0.0.1:${text.replace(/^:/, '')}` : text
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(withHost) ? withHost : `http://${withHost}`)
  if (url !== null && /^https?:$/.test(url.protocol) && isHost(url)) return url
  throw new InvalidArgumentError('It must be a URL such as http://localhost:3000/hook, or a port such as 3000.')
}

/** A word alone, such as `nonsense`, is a host only where a port says that it is meant as one. */
function isHost({ hostname, port }: URL): boolean {
  return hostname === 'localhost' || /[.:]/.test(hostname) || port !== ''
}

/** @param server where the service is: it is no receiver */
export async function receiverUrl(named: URL | undefined, server: string): Promise<ReceiverUrl> {
  if (named !== undefined) return { url: named, isFoundByPort: false }
  const ports = await receiverPorts(portsOf(server))
  const [only, ...others] = ports
  if (only === undefined)
    throw new CommandError(
      `Nothing on this machine listens that could be a receiver. Start it, and name it: ${EXAMPLE}`,
    )
  if (others.length > 0)
    throw new CommandError(
      `Which receiver? These ports of this machine listen: ${portsText(ports)}. Name one: ${EXAMPLE}`,
    )
  return { url: new URL(urlOf(only)), isFoundByPort: true }
}

/** Ports that listen where `url` does not, for a person who wonders why: `3000, [::1]:5173`. */
export async function otherPorts(url: URL, server: string): Promise<readonly string[]> {
  const ports = await receiverPorts(portsOf(server))
  return ports
    .filter((one) => urlOf(one) !== `http://${url.host}/`)
    .slice(0, NAMED_MAX)
    .map(portText)
}

function portsText(ports: readonly LocalPort[]): string {
  const named = ports.slice(0, NAMED_MAX).map(portText).join(', ')
  return ports.length > NAMED_MAX ? `${named} and ${ports.length - NAMED_MAX} more` : named
}

function portText({ host, port }: LocalPort): string {
  return host === '127.0.0.1' ? String(port) : `${host}:${port}`
}

function urlOf({ host, port }: LocalPort): string {
  return `http://${host}:${port}/`
}

function portsOf(server: string): number[] {
  const { hostname, port } = new URL(server)
  return /^(localhost|127\.|\[::1\])/.test(hostname) ? [Number(port || 80)] : []
}
