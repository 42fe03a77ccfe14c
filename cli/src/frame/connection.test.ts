import { describe, expect, test } from 'vitest'
import { CLIENT_SETTINGS } from '../../../server/src/settings.ts'
import { CommandError } from './command-failure.ts'
import { CONNECTION_SETTINGS, connectionFrom, requiredKey } from './connection.ts'

const PROFILES = {
  current: 'work',
  profiles: {
    work: { baseUrl: 'https://timbre.example.com/v1', workspaceId: 'w-1', apiKey: 'sk_live_profile' },
    admin: { baseUrl: 'https://timbre.example.com', apiKey: 'sk_admin_profile' },
  },
}
const EMPTY = { current: 'default', profiles: {} }

describe('the connection', () => {
  test('goes by options first, then the environment, then the profile, and says which', () => {
    const environment = { TIMBRE_WORKSPACE_ID: 'w-2', TIMBRE_API_KEY: 'sk_live_environment' }
    expect(connectionFrom({ apiKey: 'sk_live_option' }, environment, PROFILES)).toEqual({
      baseUrl: { value: 'https://timbre.example.com/v1', source: 'profile work' },
      workspaceId: { value: 'w-2', source: 'TIMBRE_WORKSPACE_ID' },
      apiKey: { value: 'sk_live_option', source: '--api-key' },
    })
  })

  test('is with the server of this machine when nobody says another', () => {
    const connection = connectionFrom({}, {}, EMPTY)
    expect(connection.baseUrl).toEqual({ value: 'http://127.0.0.1:8080', source: 'default' })
    expect(() => requiredKey(connection)).toThrow('There is no API key for http://127.0.0.1:8080. Run "timbre login"')
  })

  test('takes the profile that is named, and refuses one that is not there', () => {
    expect(connectionFrom({ profile: 'admin' }, { TIMBRE_PROFILE: 'work' }, PROFILES)).toMatchObject({
      workspaceId: undefined,
      apiKey: { value: 'sk_admin_profile', source: 'profile admin' },
    })
    expect(() => connectionFrom({ profile: 'toString' }, {}, PROFILES)).toThrow(CommandError)
    expect(() => connectionFrom({}, { TIMBRE_PROFILE: 'none' }, PROFILES)).toThrow('There is work, admin')
  })

  test('never gives the key of a profile to another server', () => {
    for (const baseUrl of ['https://other.example.com', 'http://timbre.example.com', 'https://timbre.example.com:8443'])
      expect(connectionFrom({ baseUrl }, {}, PROFILES)).toMatchObject({ workspaceId: undefined, apiKey: undefined })
    const same = connectionFrom({}, { TIMBRE_BASE_URL: 'https://timbre.example.com/' }, PROFILES)
    expect(same.apiKey?.value).toBe('sk_live_profile')
  })

  test('goes by names that a server in the same shell passes over', () => {
    expect(Object.keys(CONNECTION_SETTINGS)).toEqual(CLIENT_SETTINGS)
  })
})
