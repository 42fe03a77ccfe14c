// Owns the files of the dashboard as responses: each is read at the first request for it, and then in memory once.
// Must never take a name from a request but to look it up in the list.
import type { DashboardBuild } from '../../platform/dashboard-files.ts'
import { type KeptText, keptText } from '../docs/kept-text.ts'

const ENCODINGS = ['br', 'gzip'] as const
export type Encoding = (typeof ENCODINGS)[number]

export interface DashboardResponse {
  readonly text: KeptText
  /** undefined: as it is. */
  readonly encoding: Encoding | undefined
}

export class DashboardPages {
  readonly #build: DashboardBuild
  readonly #kept = new Map<string, KeptText>()

  constructor(build: DashboardBuild) {
    this.#build = build
  }

  /** @param path as it is asked for; undefined: there is no such file */
  answer(path: string, acceptEncoding: string | undefined): DashboardResponse | undefined {
    const { files } = this.#build.list
    const file = Object.hasOwn(files, path) ? files[path] : undefined
    if (file === undefined) return undefined
    const encoding = ENCODINGS.find((one) => file.names[one] !== undefined && takes(acceptEncoding, one))
    const name = (encoding === undefined ? undefined : file.names[encoding]) ?? file.names.identity
    return { text: this.#read(name, file.type), encoding }
  }

  #read(name: string, type: string): KeptText {
    const kept = this.#kept.get(name) ?? keptText(type, this.#build.read(name))
    this.#kept.set(name, kept)
    return kept
  }
}

/** Whether the header names the coding and does not refuse it with `q=0` (RFC 9110 §12.5.3). */
export function takes(acceptEncoding: string | undefined, coding: Encoding): boolean {
  const named = (acceptEncoding ?? '').slice(0, 256).split(',')
  return named.some((one) => {
    const [name, weight = ''] = one.split(';', 2)
    return name?.trim().toLowerCase() === coding && !/^\s*q=0(\.0*)?\s*$/.test(weight)
  })
}
