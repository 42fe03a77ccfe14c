// Owns `timbre settings`: what a start here would go by, and where each value comes from.
// Must never show a secret.
import { readConfig, SettingError } from '@timbre/server/config.ts'
import { fileSettingOf, SETTINGS, type Setting, type SettingName } from '@timbre/server/settings.ts'
import { settingsInForce, shownSettings } from '@timbre/server/shown-settings.ts'
import { colours } from '../frame/colours.ts'
import { brief, Output } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { environment } from '../frame/world.ts'

interface Row {
  readonly name: string
  readonly value: string
  /** `environment`, `default`, `file`, `not set`. */
  readonly source: string
  readonly meaning: string
}

export function settingsCommand(): TimbreCommand {
  return new TimbreCommand('settings')
    .description('The settings that a start here would go by, and where each comes from. Secrets are not shown.')
    .option('--set', 'only those that are not as they are by default')
    .option('--json', 'one JSON value on each line, for programs')
    .example('timbre settings --set')
    .action(showSettings)
}

async function showSettings({ set, json }: { readonly set?: true; readonly json?: true }): Promise<void> {
  const out = new Output(json === true)
  const rows = rowsOf().filter(({ source }) => set !== true || source !== 'default')
  await out.list(
    each(rows.filter(({ source }) => set !== true || source !== 'not set')),
    [
      { head: 'setting', cell: ({ name }) => name },
      { head: 'value', cell: ({ value }) => brief(value, 60) },
      {
        head: 'from',
        cell: ({ source }) => ({
          text: source,
          style: source === 'default' || source === 'not set' ? colours.dim : colours.cyan,
        }),
      },
      { head: 'meaning', cell: ({ meaning }) => brief(meaning) },
    ],
    { none: 'Everything is as it is by default.' },
  )
  const wrong = wrongSetting()
  if (wrong !== undefined) throw wrong
}

function rowsOf(): Row[] {
  const shown = shownSettings(settingsInForce(environment))
  return Object.entries<Setting>(SETTINGS).map(([name, { help }]) => {
    const file = environment[fileSettingOf(name as SettingName)] // the keys of the table are its names
    const isGiven = Boolean(environment[name])
    const value = shown[name]
    const source = isGiven ? 'environment' : file ? 'file' : value === undefined ? 'not set' : 'default'
    return { name, value: value ?? '–', source, meaning: help }
  })
}

function wrongSetting(): SettingError | undefined {
  try {
    readConfig(undefined, [])
    return undefined
  } catch (error) {
    if (error instanceof SettingError) return error
    throw error
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
