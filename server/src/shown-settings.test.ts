import { expect, test } from 'vitest'
import { SECRET_SETTINGS } from './settings.ts'
import { settingsInForce, settingsInSpanish, shownSettings } from './shown-settings.ts'

test('shows what was given, and the default of what was not', () => {
  const settings = settingsInForce({ TIMBRE_PORT: '9000', TIMBRE_TIMEOUT_MS: '' })
  const shown = shownSettings(settings)
  expect(shown).toMatchObject({ TIMBRE_PORT: '9000', TIMBRE_TIMEOUT_MS: '15000', TIMBRE_HOST: '127.0.0.1' })
  expect(Object.keys(shown)).not.toContain('DATABASE_URL')
  expect(settings.find(({ name }) => name === 'TIMBRE_PORT')).toMatchObject({ isDefault: false, unit: 'port' })
  expect(settings.find(({ name }) => name === 'TIMBRE_TIMEOUT_MS')?.isDefault).toBe(true)
  expect(settings.find(({ name }) => name === 'DATABASE_URL')).toMatchObject({ value: null, isSecret: true })
})

test('shows of a secret where it came from, and nothing of it', () => {
  const given = Object.fromEntries(SECRET_SETTINGS.map((name) => [name, 'hush-4f0c9d']))
  const settings = settingsInForce({
    ...given,
    TIMBRE_ADMIN_KEY: undefined,
    TIMBRE_ADMIN_KEY_FILE: '/run/secrets/admin-key',
  })
  const shown = shownSettings(settings)
  expect(JSON.stringify([settings, shown])).not.toContain('hush')
  expect(shown).toMatchObject({ DATABASE_URL: 'from the environment', TIMBRE_ADMIN_KEY: 'from /run/secrets/admin-key' })
})

test('says in Spanish what each does, and changes no value but where a secret came from', () => {
  const given = { TIMBRE_PORT: '9000', TIMBRE_METRICS_KEY: 'x', TIMBRE_ADMIN_KEY_FILE: '/run/secrets/admin-key' }
  const english = settingsInForce(given)
  const spanish = settingsInSpanish(english)
  expect(spanish.map(({ name }) => name)).toEqual(english.map(({ name }) => name))
  expect(spanish.filter(({ help }, nth) => help === english[nth]?.help)).toEqual([])
  const open = (all: typeof english) => all.filter(({ isSecret }) => !isSecret).map(({ value }) => value)
  expect(open(spanish)).toEqual(open(english))
  expect(shownSettings(spanish)).toMatchObject({
    TIMBRE_METRICS_KEY: 'del entorno',
    TIMBRE_ADMIN_KEY: 'de /run/secrets/admin-key',
  })
})
