// Owns the certificates of tests, demo and benchmarks: a real authority and a leaf that it signed.
// Must never be used for anything that listens beyond this machine.
import { generate } from 'selfsigned'

export interface Certificates {
  /** PEM of the authority that a client must trust. */
  readonly ca: string
  readonly key: string
  readonly cert: string
}

const DAY_MS = 24 * 3600 * 1000
const KIND = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

/**
 * Makes an authority and a leaf for the given hosts; P-256, because its handshake is the cheapest.
 * @param hosts names and addresses that the leaf is valid for
 */
export async function makeCertificates(
  hosts: readonly string[] = ['localhost', '127.0.0.1', '::1'],
): Promise<Certificates> {
  const authority = await makeAuthority()
  const leaf = await makeLeaf(hosts, authority)
  return { ca: authority.cert, ...leaf }
}

/** A certificate and its key. */
export interface Signed {
  readonly key: string
  readonly cert: string
}

/** @param by undefined: a root */
export async function makeAuthority(by?: Signed): Promise<Signed> {
  const name = by === undefined ? 'Timbre test authority' : 'Timbre test intermediate'
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...KIND,
    ...validity(-1, 365),
    ...(by === undefined ? {} : { ca: by }),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { key, cert }
}

/**
 * @param by undefined: signed by itself
 * @param days from and to which it is valid, from now
 */
export async function makeLeaf(
  hosts: readonly string[],
  by: Signed | undefined,
  days: readonly [from: number, to: number] = [-1, 365],
): Promise<Signed> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    ...KIND,
    ...validity(...days),
    ...(by === undefined ? {} : { ca: by }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map(altName) },
    ],
  })
  return { key, cert }
}

function validity(fromDays: number, toDays: number) {
  return {
    notBeforeDate: new Date(Date.now() + fromDays * DAY_MS),
    notAfterDate: new Date(Date.now() + toDays * DAY_MS),
  }
}

// 2 is a DNS name, 7 an IP address (RFC 5280 §4.2.1.6).
function altName(host: string) {
  const isAddress = /^[0-9.]+$/.test(host) || host.includes(':')
  return isAddress ? ({ type: 7, ip: host } as const) : ({ type: 2, value: host } as const)
}
