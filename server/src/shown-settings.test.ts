import { expect, test } from 'vitest'
import { SECRET_SETTINGS } from './settings.ts'
import { shownSettings } from './shown-settings.ts'

test('shows what was given, and the default of what was not', () => {
  const shown = shownSettings({ TIMBRE_PORT: '9000', TIMBRE_TIMEOUT_MS: '' })
  expect(shown).toMatchObject({ TIMBRE_PORT: '9000', TIMBRE_TIMEOUT_MS: '15000', TIMBRE_HOST: '127.0.0.1' })
  expect(Object.keys(shown)).not.toContain('DATABASE_URL')
})

test('shows of a secret where it came from, and nothing of it', () => {
  const given = Object.fromEntries(SECRET_SETTINGS.map((name) => [name, 'hush-4f0c9d']))
  const shown = shownSettings({
    ...given,
    TIMBRE_ADMIN_KEY: undefined,
    TIMBRE_ADMIN_KEY_FILE: '/run/secrets/admin-key',
  })
  expect(JSON.stringify(shown)).not.toContain('hush')
  expect(shown).toMatchObject({ DATABASE_URL: 'from the environment', TIMBRE_ADMIN_KEY: 'from /run/secrets/admin-key' })
})
