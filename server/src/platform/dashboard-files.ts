// Owns reading the built dashboard that this server hands out. Must never build it (`npm start` and the image do, before), nor
// read a file that its list does not name.
import { readFileSync } from 'node:fs'

const FOLDER = new URL('../../dashboard/', import.meta.url)

/** The list that the build writes beside its files (scripts/dashboard-build.ts). */
export interface DashboardList {
  /** First parts of the paths at which the page is shown: `deliveries` for /deliveries and what is below it. */
  readonly screens: readonly string[]
  /** By path as it is asked for, such as `/assets/index-4d4d.js`; the page itself is `/`. */
  readonly files: Readonly<Record<string, DashboardFile>>
}

export interface DashboardFile {
  readonly type: string
  /** By content-encoding: a file of the build. */
  readonly names: { readonly identity: string; readonly br?: string; readonly gzip?: string }
}

export interface DashboardBuild {
  readonly list: DashboardList
  /** @param name of the list */
  readonly read: (name: string) => Buffer
}

/** undefined: nobody has built it. */
export function readDashboard(): DashboardBuild | undefined {
  try {
    // Written by our own build.
    const list = JSON.parse(readFileSync(new URL('list.json', FOLDER), 'utf8')) as DashboardList
    return { list, read: (name) => readFileSync(new URL(name, FOLDER)) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
