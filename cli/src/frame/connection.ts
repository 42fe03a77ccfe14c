// Owns which server is asked, in which workspace, with which key: options first, then the environment, then the profile.
// Must never give a profile's key to another server than the profile's.
import { CommandError } from './command-failure.ts'
import type { Profile, Profiles } from './profiles.ts'

export interface ConnectionOptions {
  readonly baseUrl?: string
  readonly workspaceId?: string
  readonly apiKey?: string
  readonly profile?: string
}

export interface Found {
  readonly value: string
  /** Where it comes from, for people: `--base-url`, `TIMBRE_BASE_URL`, `profile maria`. */
  readonly source: string
}

export interface Connection {
  readonly baseUrl: Found
  readonly workspaceId: Found | undefined
  readonly apiKey: Found | undefined
}

/** Where a server on this machine is when nobody says otherwise. */
export const BASE_URL_DEFAULT = 'http://127.0.0.1:8080'

export const CONNECTION_SETTINGS = {
  TIMBRE_BASE_URL: 'The server that commands talk to',
  TIMBRE_WORKSPACE_ID: 'The workspace that they are about',
  TIMBRE_API_KEY: 'The API key that they send; with an admin key every workspace can be named',
  TIMBRE_PROFILE: 'The profile of `timbre login` that is used',
} as const

type Environment = Readonly<Record<string, string | undefined>>

export function connectionFrom(options: ConnectionOptions, environment: Environment, profiles: Profiles): Connection {
  const given = (option: string, value: string | undefined, name: keyof typeof CONNECTION_SETTINGS) =>
    found(value, option) ?? found(environment[name], name)
  const profile = profileOf(given('--profile', options.profile, 'TIMBRE_PROFILE'), profiles)
  const baseUrl = given('--base-url', options.baseUrl, 'TIMBRE_BASE_URL')
  const isOfProfile = baseUrl === undefined || isSamePlace(baseUrl.value, profile?.baseUrl)
  const ofProfile = (name: 'workspaceId' | 'apiKey') =>
    isOfProfile && profile !== undefined ? found(profile[name], profile.source) : undefined
  return {
    baseUrl: baseUrl ??
      found(profile?.baseUrl, profile?.source ?? '') ?? { value: BASE_URL_DEFAULT, source: 'default' },
    workspaceId: given('--workspace-id', options.workspaceId, 'TIMBRE_WORKSPACE_ID') ?? ofProfile('workspaceId'),
    apiKey: given('--api-key', options.apiKey, 'TIMBRE_API_KEY') ?? ofProfile('apiKey'),
  }
}

/** The key, or what to do about there being none. */
export function requiredKey({ apiKey, baseUrl }: Connection): string {
  if (apiKey !== undefined) return apiKey.value
  throw new CommandError(
    `There is no API key for ${baseUrl.value}. Run "timbre login", or set TIMBRE_API_KEY and TIMBRE_WORKSPACE_ID.`,
    'auth',
  )
}

function profileOf(
  named: Found | undefined,
  { current, profiles }: Profiles,
): (Profile & { source: string }) | undefined {
  const name = named?.value ?? current
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return { ...profile, source: `profile ${name}` }
  if (named === undefined) return undefined
  const names = Object.keys(profiles)
  const others = names.length === 0 ? 'There is none yet' : `There is ${names.join(', ')}`
  throw new CommandError(`There is no profile ${name}. ${others}; "timbre login --profile ${name}" makes it.`)
}

function found(value: string | undefined, source: string): Found | undefined {
  return value === undefined || value === '' ? undefined : { value, source }
}

function isSamePlace(baseUrl: string, other: string | undefined): boolean {
  const place = (text: string | undefined) => (text ?? '').replace(/\/+$/, '').replace(/\/v1$/, '')
  return place(baseUrl) === place(other)
}
