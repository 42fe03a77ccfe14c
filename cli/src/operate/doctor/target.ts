// Owns the checks of a receiver: its URL and every address of it as deliveries check them, a connection, its certificates, its clock.
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import type { Config } from '@timbre/server/config.ts'
import {
  isAllowedScheme,
  isAllowedTargetAddress,
  refusedTarget,
  type TargetPolicy,
} from '@timbre/server/platform/address/address-guard.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { SystemLookup } from '@timbre/server/platform/http/system-lookup.ts'
import { durationText } from '../../frame/times.ts'
import { type Finding, good, sentenceOf, uncertain, wrong } from './finding.ts'

const CONNECT_MS_MAX = 5000
const CERTIFICATE_DAYS_MIN = 14
const DAY_MS = 86_400_000

interface Place {
  readonly url: URL
  readonly address: string
  readonly port: number
}

export async function targetFindings(
  text: string,
  { isDev, allowTargets }: Pick<Config, 'isDev' | 'allowTargets'>,
): Promise<Finding[]> {
  const url = URL.parse(text)
  if (url === null) return [wrong('target', `${text} is no URL.`)]
  const policy = { allowTargets, allowLoopback: isDev }
  const refused = refusal(url, policy)
  if (refused !== undefined) return [refused]
  const addresses = await addressesOf(url, policy)
  if ('state' in addresses) return [addresses]
  const [address = ''] = addresses
  const place = { url, address, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
  return [
    good('DNS', `${url.hostname} is ${addresses.join(', ')}, where deliveries may go`),
    ...(await connected(place)),
  ]
}

function refusal(url: URL, policy: TargetPolicy): Finding | undefined {
  if (!isAllowedScheme(url, policy)) {
    const isLocal = url.protocol === 'http:'
    return wrong(
      'target',
      `${url.protocol}// is not sent to${isLocal ? '; a receiver on this machine needs TIMBRE_DEV=1' : ''}. Use https://.`,
    )
  }
  switch (refusedTarget(url, policy)) {
    case undefined:
      return undefined
    case 'forbidden_port':
      return wrong('target', `Port ${url.port} is not sent to: of the ports to 1023 only 80 and 443 are.`)
    case 'forbidden_address':
    case 'mapped_address':
      return wrong(
        'target',
        `${url.hostname} is a private or reserved address. TIMBRE_ALLOW_TARGETS lets a range through; TIMBRE_DEV=1 this machine.`,
      )
  }
}

async function addressesOf(url: URL, policy: TargetPolicy): Promise<readonly string[] | Finding> {
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (/^[\d.]+$/.test(literal) || literal.includes(':')) return [literal]
  const isAllowed = (address: string) => isAllowedTargetAddress(address, policy)
  try {
    const found = (await new SystemLookup({ clock: systemClock, isAllowed }).lookup(url.hostname)).map(
      ({ address }) => address,
    )
    const bad = found.find((address) => !isAllowed(address))
    if (bad === undefined) return found
    return wrong(
      'DNS',
      `${url.hostname} is ${found.join(', ')}, and ${bad} is private or reserved: one such address refuses the whole name. TIMBRE_ALLOW_TARGETS lets a range through.`,
    )
  } catch (error) {
    return wrong(
      'DNS',
      `${url.hostname} was not found (${sentenceOf(error)}). Check the name, and the name servers in /etc/resolv.conf.`,
    )
  }
}

async function connected(place: Place): Promise<Finding[]> {
  const begun = systemClock.monotonic()
  try {
    const socket = connectTcp({ host: place.address, port: place.port, timeout: CONNECT_MS_MAX })
    socket.once('timeout', () => socket.destroy(new Error(`no response within ${CONNECT_MS_MAX} ms`)))
    await once(socket, 'connect')
    socket.destroy()
  } catch (error) {
    return [
      wrong(
        'connection',
        `${place.address}, port ${place.port}: ${sentenceOf(error)}. Check that the server runs, and firewalls in between.`,
      ),
    ]
  }
  const took = durationText(systemClock.monotonic() - begun)
  const connection = good('connection', `${place.address}, port ${place.port}, within ${took}`)
  return place.url.protocol === 'https:' ? [connection, await certificates(place)] : [connection]
}

/** As deliveries would: with Node's authorities and NODE_EXTRA_CA_CERTS, for the name in the URL. */
async function certificates({ url, address, port }: Place): Promise<Finding> {
  const isName = !/^[\d.]+$|:/.test(address === url.hostname ? address : '')
  const socket = connectTls({
    host: address,
    port,
    timeout: CONNECT_MS_MAX,
    rejectUnauthorized: false,
    ...(isName ? { servername: url.hostname } : {}),
  })
  socket.once('timeout', () => socket.destroy(new Error(`no response within ${CONNECT_MS_MAX} ms`)))
  try {
    await once(socket, 'secureConnect')
    return chainFinding(socket)
  } catch (error) {
    return wrong('TLS', `${sentenceOf(error)}. Check that ${url.host} speaks TLS 1.2 or 1.3.`)
  } finally {
    socket.destroy()
  }
}

function chainFinding(socket: TLSSocket): Finding {
  const chain = chainOf(socket.getPeerCertificate(true))
  const names = chain.map(({ subject }) => String(subject?.CN ?? subject?.O ?? '?')).join(' ← ')
  if (!socket.authorized) {
    const why = String(socket.authorizationError)
    return wrong('TLS', `${names}: ${why}. ${adviceOn(why)}`)
  }
  const [leaf] = chain
  const leftDays = Math.floor((Date.parse(leaf?.valid_to ?? '') - systemClock.now()) / DAY_MS)
  const says = `${socket.getProtocol()}, ${names}, valid for ${leftDays} days`
  return leftDays < CERTIFICATE_DAYS_MIN ? uncertain('TLS', `${says}. Renew the certificate.`) : good('TLS', says)
}

function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = []
  // The root is its own issuer.
  for (let one = leaf; one?.fingerprint256 !== undefined && !chain.includes(one); one = one.issuerCertificate)
    chain.push(one)
  return chain
}

function adviceOn(code: string): string {
  if (/HOSTNAME|ALTNAME/.test(code))
    return 'The certificate is for another name: use that in the url, or have one made for this.'
  if (/EXPIRED/.test(code)) return 'Renew the certificate.'
  if (/UNABLE_TO_VERIFY|UNABLE_TO_GET|SELF_SIGNED|ISSUER/.test(code))
    return 'Let the receiver send its whole chain; for an authority of your own name its file in NODE_EXTRA_CA_CERTS.'
  return 'Deliveries to it fail.'
}
