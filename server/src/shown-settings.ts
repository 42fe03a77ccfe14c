// Owns the settings as they are shown, in the log at start and to the operator. Must never show a secret, only where it came from.
import type { InstanceSetting } from '@timbre/contract/instance.ts'
import { fileSettingOf, SETTINGS, type Setting, type SettingName } from './settings.ts'
import { SETTINGS_IN_SPANISH } from './settings-in-spanish.ts'

const FROM_ENVIRONMENT = 'from the environment'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Each setting with what holds: what was given, or its default.
 * @param environment as the process was started with it, before files are read
 */
export function settingsInForce(environment: Environment): readonly InstanceSetting[] {
  return Object.entries<Setting>(SETTINGS).map(([name, { unit, help, isSecret = false, ...setting }]) => {
    // The keys of the table are its names.
    const given = isSecret ? origin(environment, name as SettingName) : environment[name] || null
    return { name, value: (given ?? setting.default) || null, isDefault: given === null, isSecret, unit, help }
  })
}

/** What they do, in Spanish; a value is no word, unless it says where a secret came from. */
export function settingsInSpanish(settings: readonly InstanceSetting[]): readonly InstanceSetting[] {
  return settings.map((setting) => {
    // The names are those of the table.
    const [unit, help] = SETTINGS_IN_SPANISH[setting.name as SettingName]
    const value = setting.isSecret ? originInSpanish(setting.value) : setting.value
    return { ...setting, value, unit, help }
  })
}

/** Those that hold something, by name. */
export function shownSettings(settings: readonly InstanceSetting[]): Record<string, string> {
  return Object.fromEntries(settings.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])))
}

function origin(environment: Environment, name: SettingName): string | null {
  const file = environment[fileSettingOf(name)]
  if (file) return `from ${file}`
  return environment[name] ? FROM_ENVIRONMENT : null
}

function originInSpanish(origin: string | null): string | null {
  if (origin === FROM_ENVIRONMENT) return 'del entorno'
  return origin?.replace(/^from /, 'de ') ?? null
}
