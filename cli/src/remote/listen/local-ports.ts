// Owns what listens on this machine: whether something does at a URL, and which ports could be a receiver.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

export interface LocalPort {
  readonly port: number
  /** As it stands in a URL. */
  readonly host: '127.0.0.1' | '[::1]'
}

const CONNECT_MS_MAX = 1000
/** Where receivers of people who build them listen: looked at first, and alone where the system does not say what listens. */
const USUAL = [3000, 3001, 4000, 4200, 5000, 5173, 8000, 8080, 8081, 8787, 8888, 9000]
/** Databases and the like: they listen, and take no HTTP. */
const OTHER_SERVICES = new Set([1433, 1521, 2049, 3306, 5432, 5433, 5672, 6379, 6432, 9042, 9092, 11211, 27017])
/** Below, ports belong to the system. */
const PORT_MIN = 1024
/** From here on the system gives ports away by itself (net.ipv4.ip_local_port_range). */
const EPHEMERAL_MIN = 32_768

/** Whether something listens there. */
export function listens({ hostname, port, protocol }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80), timeout: CONNECT_MS_MAX })
    const end = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}

/**
 * The ports of this machine that could be a receiver, the usual ones first.
 * @param except a port that is something else, such as the server's own
 */
export async function receiverPorts(except: readonly number[] = []): Promise<readonly LocalPort[]> {
  const all = portsOfSystem() ?? (await answeringPorts())
  const fits = ({ port }: LocalPort) => port >= PORT_MIN && !OTHER_SERVICES.has(port) && !except.includes(port)
  return all.filter(fits).sort((a, b) => rank(a) - rank(b) || a.port - b.port)
}

/** What the system says; undefined where it does not. */
function portsOfSystem(): LocalPort[] | undefined {
  try {
    const found = portsOfProc(readFileSync('/proc/net/tcp', 'utf8'), readFileSync('/proc/net/tcp6', 'utf8'))
    return [...found.values()]
  } catch {
    return undefined
  }
}

const LISTENS = '0A'
/** Each 32-bit word of an address stands there in the byte order of the machine (proc(5)). */
const HOSTS: readonly (readonly [address: RegExp, host: LocalPort['host']])[] = [
  [/^(0{8}|.{6}7F)$/, '127.0.0.1'],
  [/^0{32}$/, '127.0.0.1'],
  [/^0{24}01000000$/, '[::1]'],
]

/** Listening ports of `/proc/net/tcp` and `/proc/net/tcp6` that this machine reaches by a loopback address. */
export function portsOfProc(...tables: readonly string[]): Map<number, LocalPort> {
  const found = new Map<number, LocalPort>()
  for (const line of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address = '', hex = ''] = local.split(':')
    const host = HOSTS.find(([pattern]) => pattern.test(address))?.[1]
    const port = Number.parseInt(hex, 16)
    if (state === LISTENS && host !== undefined && !found.has(port)) found.set(port, { port, host })
  }
  return found
}

async function answeringPorts(): Promise<LocalPort[]> {
  const asked = USUAL.flatMap((port) => (['127.0.0.1', '[::1]'] as const).map((host) => ({ port, host })))
  const areOpen = await Promise.all(asked.map(({ port, host }) => listens(new URL(`http://${host}:${port}/`))))
  const found = asked.filter((_, nth) => areOpen[nth] === true)
  return found.filter(({ port }, nth) => found.findIndex((one) => one.port === port) === nth)
}

function rank({ port }: LocalPort): number {
  if (USUAL.includes(port)) return 0
  return port < EPHEMERAL_MIN ? 1 : 2
}
