// Owns the file of profiles: servers, workspaces and keys by name, in the configuration folder of the system.
// Must never be readable by another user: there are API keys in it.
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'
import { CommandError } from './command-failure.ts'

export interface Profile {
  readonly baseUrl: string
  /** Absent for an admin key, which is good in every workspace. */
  readonly workspaceId?: string
  readonly apiKey: string
}

export interface Profiles {
  /** The one that is used when none is named. */
  readonly current: string
  readonly profiles: Readonly<Record<string, Profile>>
}

export const PROFILE_DEFAULT = 'default'

const NONE: Profiles = { current: PROFILE_DEFAULT, profiles: {} }
const OTHERS = 0o077

/** `~/.config/timbre/profiles.json` on Linux, the like elsewhere. */
export function profilesFile(): string {
  return join(envPaths('timbre', { suffix: '' }).config, 'profiles.json')
}

export function readProfiles(file = profilesFile()): Profiles {
  let text: string
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0)
      throw new CommandError(`Others can read ${file}, and there are keys in it. Run: chmod 600 ${file}`)
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NONE
    throw error
  }
  try {
    return checked(JSON.parse(text))
  } catch {
    throw new CommandError(`${file} is not what "timbre login" writes. Correct it, or remove it and log in again.`)
  }
}

/** Whole or not at all: a process that dies leaves the file as it was. */
export function writeProfiles(profiles: Profiles, file = profilesFile()): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 })
  chmodSync(part, 0o600)
  renameSync(part, file)
}

export function withProfile({ profiles }: Profiles, name: string, profile: Profile): Profiles {
  return { current: name, profiles: { ...profiles, [name]: profile } }
}

export function withoutProfile({ current, profiles }: Profiles, name: string): Profiles {
  const { [name]: _, ...others } = profiles
  const [next = PROFILE_DEFAULT] = Object.keys(others)
  return { current: current === name ? next : current, profiles: others }
}

function checked(value: unknown): Profiles {
  const { current, profiles } = value as Profiles // each part is looked at below
  const isProfile = (one: Profile) =>
    typeof one.baseUrl === 'string' &&
    typeof one.apiKey === 'string' &&
    ['string', 'undefined'].includes(typeof one.workspaceId)
  if (typeof current !== 'string' || !Object.values(profiles).every(isProfile)) throw new TypeError('no profiles')
  return { current, profiles }
}
