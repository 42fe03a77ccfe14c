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

/**
 * Makes an authority and a leaf for the given hosts; P-256, because its handshake is the cheapest.
 * @param hosts names and addresses that the leaf is valid for
 */
export async function makeCertificates(
  hosts: readonly string[] = ['localhost', '127.0.0.1', '::1'],
): Promise<Certificates> {
  const validity = { notBeforeDate: new Date(Date.now() - DAY_MS), notAfterDate: new Date(Date.now() + 365 * DAY_MS) }
  const kind = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', ...validity } as const
  const authority = await generate([{ name: 'commonName', value: 'Timbre test authority' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const leaf = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    ...kind,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map(altName) },
    ],
  })
  return { ca: authority.cert, key: leaf.private, cert: leaf.cert }
}

// 2 is a DNS name, 7 an IP address (RFC 5280 §4.2.1.6).
function altName(host: string) {
  const isAddress = /^[0-9.]+$/.test(host) || host.includes(':')
  return isAddress ? ({ type: 7, ip: host } as const) : ({ type: 2, value: host } as const)
}
