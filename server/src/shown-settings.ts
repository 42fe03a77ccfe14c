// Owns the settings as the log shows them at start. Must never show a secret, only where it came from.
import { fileSettingOf, SETTINGS, type Setting, type SettingName } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Each setting with what holds: what was given, or its default. One that has no default and was not given is left out.
 * @param environment as the process was started with it, before files are read
 */
export function shownSettings(environment: Environment): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    // The keys of the table are its names.
    const value =
      setting.isSecret === true ? origin(environment, name as SettingName) : environment[name] || setting.default
    if (value !== null && value !== '') shown[name] = value
  }
  return shown
}

function origin(environment: Environment, name: SettingName): string | null {
  const file = environment[fileSettingOf(name)]
  if (file) return `from ${file}`
  return environment[name] ? 'from the environment' : null
}
