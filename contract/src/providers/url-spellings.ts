// Owns the spellings of a URL that a provider may have signed, and those that a proxy makes of it.
import { parse, stringify } from 'node:querystring'
import type { SourceRequest } from './source-request.ts'

const PARTS = /^(https?:\/\/)([^/?#]*)(.*)$/is

/** The URL as it came, without its port and with the standard one, also as the URL standard writes it: Twilio signs one of these. */
export function withOtherPort(url: string): readonly string[] {
  const normal = URL.canParse(url) ? new URL(url).toString() : url
  const spellings = [url, normal].flatMap((one) => [withPort(one, ''), withPort(one, standardPort(one))])
  return [...new Set([...spellings, ...spellings.map(legacyQuery)])]
}

/** What the provider may have been told to call, and something between has changed: to say so, never to accept it. */
export function otherUrls({ url, headers }: SourceRequest): readonly string[] {
  const [, scheme = '', authority = '', rest = ''] = PARTS.exec(url) ?? []
  const otherScheme = scheme.toLowerCase() === 'https://' ? 'http://' : 'https://'
  const [path = '', query] = rest.split('?', 2)
  const hosts = [authority, headers['x-forwarded-host'], headers.host].filter((host) => host !== undefined)
  const paths = [path, path.endsWith('/') ? path.slice(0, -1) : `${path}/`]
  const queries = [query, undefined, query?.split('&').sort().join('&')]
  const found = [scheme, otherScheme].flatMap((first) =>
    hosts.flatMap((host) =>
      paths.flatMap((one) => queries.map((last) => `${first}${host}${one}${last === undefined ? '' : `?${last}`}`)),
    ),
  )
  return [...new Set(found)].filter((one) => one !== url)
}

function withPort(url: string, port: string): string {
  const [, scheme = '', authority = '', rest = ''] = PARTS.exec(url) ?? []
  if (scheme === '') return url
  const bare = authority.replace(/:\d+$/, '')
  // An unusual port stays where it is when the standard one is asked for.
  return port !== '' && bare !== authority ? url : `${scheme}${bare}${port}${rest}`
}

function standardPort(url: string): string {
  return url.toLowerCase().startsWith('https:') ? ':443' : ':80'
}

function legacyQuery(url: string): string {
  const start = url.indexOf('?')
  return start < 0 ? url : `${url.slice(0, start)}?${stringify(parse(url.slice(start + 1)))}`
}
