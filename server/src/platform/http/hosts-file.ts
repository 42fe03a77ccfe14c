// Owns the hosts file of this machine: which addresses it gives a name. Read here, because `getaddrinfo` reads it only after
// waiting in a pool that silent name servers can fill. Must never check an address.
import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Clock } from '../clock.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** The file is looked at again after so long, and read when it has changed: containers get theirs while they run. */
const LOOK_AGAIN_MS = 5000
const SYSTEM_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'
const NONE: readonly ResolvedAddress[] = []

export class HostsFile {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #path: string
  #names: ReadonlyMap<string, readonly ResolvedAddress[]> = new Map()
  #version = ''
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  constructor(clock: Pick<Clock, 'monotonic'>, path = SYSTEM_FILE) {
    this.#clock = clock
    this.#path = path
  }

  /** The addresses of a name, IPv4 first; empty when the file does not have it or cannot be read. */
  async addressesOf(name: string): Promise<readonly ResolvedAddress[]> {
    if (this.#clock.monotonic() - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#looking ??= this.#look()
      await this.#looking
    }
    return this.#names.get(name.toLowerCase()) ?? NONE
  }

  async #look(): Promise<void> {
    try {
      const { mtimeMs, size } = await stat(this.#path)
      const version = `${mtimeMs} ${size}`
      if (version !== this.#version) this.#names = parseHosts(await readFile(this.#path, 'utf8'))
      this.#version = version
    } catch {
      // Without a hosts file there are the name servers.
      this.#names = new Map()
      this.#version = ''
    }
    this.#lookedAt = this.#clock.monotonic()
    this.#looking = undefined
  }
}

/** By name in lower case (hosts(5)): an address, then names, with spaces between; `#` begins a comment. */
export function parseHosts(text: string): ReadonlyMap<string, readonly ResolvedAddress[]> {
  const names = new Map<string, ResolvedAddress[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    const family = isIP(address)
    // A scoped address (`fe80::1%lo0`) is link-local, which nothing is sent to.
    if ((family !== 4 && family !== 6) || address.includes('%')) continue
    for (const alias of aliases) {
      const known = names.get(alias.toLowerCase()) ?? []
      names.set(alias.toLowerCase(), known)
      if (!known.some((one) => one.address === address)) known.push({ address, family })
    }
  }
  for (const addresses of names.values()) addresses.sort((a, b) => a.family - b.family)
  return names
}
