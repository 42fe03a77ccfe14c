// Owns the settings as they are shown, in the log at start and to the operator. Must never show a secret, only where it came from.
import type { InstanceSetting } from '@timbre/contract/instance.ts'
import { fileSettingOf, SETTINGS, type Setting, type SettingName } from './settings.ts'

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

/** Those that hold something, by name. */
export function shownSettings(settings: readonly InstanceSetting[]): Record<string, string> {
  return Object.fromEntries(settings.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])))
}

function origin(environment: Environment, name: SettingName): string | null {
  const file = environment[fileSettingOf(name)]
  if (file) return `from ${file}`
  return environment[name] ? 'from the environment' : null
}
