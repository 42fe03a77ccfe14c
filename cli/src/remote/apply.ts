// Owns `timbre apply` and `timbre export`: webhooks, subscriptions and own event types as a file.
// Must never remove anything without --prune.
import { writeFileSync } from 'node:fs'
import { ValidationError } from '@getsupervisor/agents-studio-sdk'
import { stringify } from 'yaml'
import { colours } from '../frame/colours.ts'
import { confirmed } from '../frame/confirm.ts'
import { EXIT } from '../frame/exit-codes.ts'
import { fileBytes } from '../frame/options.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { carryOut } from './apply/carry-out.ts'
import { ConfigurationFile } from './apply/configuration-file.ts'
import { exportedConfiguration } from './apply/exported.ts'
import { type Change, type Plan, PlanError, planOf } from './apply/plan.ts'
import { changeValue, countText, planLines } from './apply/plan-text.ts'
import { presentConfiguration } from './apply/present-configuration.ts'
import { type Server, withServer } from './with-server.ts'

interface ApplyOptions {
  readonly dryRun?: true
  readonly prune?: true
  readonly yes?: true
}

export function applyCommand(): TimbreCommand {
  return withServer<ApplyOptions>(
    new TimbreCommand('apply')
      .description(
        'Make webhooks, subscriptions and event types of your own what a file says. Applied twice it changes nothing; what the file does not say stays. A webhook is found by its id, else by its name, else by its url.',
      )
      .argument('<file>', 'YAML or JSON, as `timbre export` writes it; -: standard input')
      .option('--dry-run', 'show what would change, and change nothing; ends with 3 when something would')
      .option('--prune', 'remove webhooks, subscriptions and event types that are not in the file')
      .option('--yes', 'do not ask before something is removed')
      .example('timbre apply webhooks.yaml --dry-run')
      .example('timbre apply webhooks.yaml'),
    apply,
  )
}

async function apply({ client, out }: Server, { dryRun, prune, yes }: ApplyOptions, name = ''): Promise<void> {
  const file = new ConfigurationFile(name, (await fileBytes(name)).toString('utf8'))
  const wanted = file.wanted()
  const present = await presentConfiguration(client)
  const plan = placed(file, () => planOf(wanted, present, prune === true))
  const { changes } = plan
  if (out.isJson) for (const change of changes) out.json(changeValue(change))
  else for (const line of planLines(plan)) out.say(line)
  if (changes.length === 0) return out.say(`${colours.green('Nothing to do')}: everything is as ${name} says.`)
  if (dryRun === true) {
    out.say(`${countText(changes.length)}. Nothing was done.`)
    process.exitCode = EXIT.due.code
    return
  }
  const removed = removals(plan)
  if (removed > 0) await confirmed(`Remove ${removed} of these?`, yes === true)
  for (const change of changes) await carriedOut(client, change, file)
  out.say(`${colours.green('Done')}: ${countText(changes.length)}.`)
}

function removals({ changes }: Plan): number {
  return changes.filter(
    (change) =>
      change.kind === 'delete-webhook' ||
      change.kind === 'delete-type' ||
      (change.kind === 'update-webhook' && change.removed.length > 0),
  ).length
}

/** What the server refuses is told at its line in the file. */
async function carriedOut(client: Server['client'], change: Change, file: ConfigurationFile): Promise<void> {
  try {
    await carryOut(client, change)
  } catch (error) {
    const path = pathOf(change)
    if (!(error instanceof ValidationError) || path === undefined) throw error
    const [issue] = error.issues
    throw file.error(`${path}${issue?.path ?? ''}`, error.message)
  }
}

function pathOf(change: Change): string | undefined {
  if ('wanted' in change) return change.wanted.path
  return 'type' in change ? change.type.path : undefined
}

function placed<T>(file: ConfigurationFile, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof PlanError ? file.error(error.path, error.message) : error
  }
}

export function exportCommand(): TimbreCommand {
  return withServer<{ out?: string }>(
    new TimbreCommand('export')
      .description('Write what is there as a file that `timbre apply` takes. There are no secrets in it.')
      .option('--out <file>', 'where it is written; else standard output')
      .example('timbre export --out webhooks.yaml'),
    async ({ client, out }, { out: file }) => {
      const configuration = exportedConfiguration(await presentConfiguration(client))
      if (out.isJson) return out.json(configuration)
      const text = stringify(configuration, { lineWidth: 0 })
      if (file === undefined) return out.plain(text)
      writeFileSync(file, text)
      out.say(`${colours.green('Written')}: ${configuration.webhooks.length} webhooks, ${file}.`)
    },
  )
}
