// Owns `timbre doctor`: looks at everything that a start and a delivery need, and says what to do about what is not right.
// Must never change anything, nor show a secret.
import { type Config, readConfig, SettingError } from '@timbre/server/config.ts'
import { colours } from '../frame/colours.ts'
import { EXIT } from '../frame/exit-codes.ts'
import { Output } from '../frame/output.ts'
import { textTable } from '../frame/text-table.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { databaseFindings } from './doctor/database.ts'
import { type Finding, good, sentenceOf, wrong } from './doctor/finding.ts'
import { clockFinding, diskFinding, filesFinding, nodeFinding, portFinding } from './doctor/machine.ts'
import { targetFindings } from './doctor/target.ts'

const SIGNS: Readonly<Record<Finding['state'], { readonly sign: string; readonly style: (text: string) => string }>> = {
  good: { sign: '✓', style: colours.green },
  uncertain: { sign: '!', style: colours.yellow },
  wrong: { sign: '✗', style: colours.red },
  unknown: { sign: '?', style: colours.dim },
}

export function doctorCommand(): TimbreCommand {
  return new TimbreCommand('doctor')
    .description(
      'Look at what a start here needs: settings, Node, port, disk, master key, database, clock; with --target also at a receiver, as deliveries would. Ends with 1 when something is wrong.',
    )
    .option('--target <url>', 'a receiver: its name, addresses, connection and certificates')
    .option('--json', 'one JSON value on each line, for programs')
    .example('timbre doctor')
    .example('timbre doctor --target https://example.com/hook', 'also why a receiver is not reached')
    .action(doctor)
}

async function doctor({ target, json }: { readonly target?: string; readonly json?: true }): Promise<void> {
  const out = new Output(json === true)
  const findings = await allFindings(target)
  if (out.isJson) for (const finding of findings) out.json(finding)
  const rows = findings.map(({ of, state, says }) => [{ text: SIGNS[state].sign, style: SIGNS[state].style }, of, says])
  for (const line of textTable(undefined, rows)) out.say(line)
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = EXIT.failed.code
}

async function allFindings(target: string | undefined): Promise<Finding[]> {
  const config = settings()
  if ('state' in config) return [nodeFinding(), config]
  const checks: readonly (readonly [of: string, look: () => Finding | Finding[] | Promise<Finding | Finding[]>])[] = [
    ['Node', nodeFinding],
    ['settings', () => good('settings', '"timbre settings" shows them')],
    ['port', () => portFinding(config)],
    ['open files', filesFinding],
    ['disk', () => diskFinding(config)],
    ['database', () => databaseFindings(config)],
    // PostgreSQL has a clock to compare with.
    ['clock', () => (config.database === null ? clockFinding() : [])],
    ['target', () => (target === undefined ? [] : targetFindings(target, config))],
  ]
  const findings: Finding[] = []
  // One after the other: they are few, and the time of an fsync is its own.
  for (const [of, look] of checks) findings.push(...[await safely(of, look)].flat())
  return findings
}

/** A check that breaks is a finding too: the others are still made. */
async function safely(of: string, look: () => Finding | Finding[] | Promise<Finding | Finding[]>) {
  try {
    return await look()
  } catch (error) {
    return wrong(of, `It could not be looked at: ${sentenceOf(error)}.`)
  }
}

function settings(): Config | Finding {
  try {
    return readConfig(undefined, [])
  } catch (error) {
    if (error instanceof SettingError) return wrong('settings', error.message)
    throw error
  }
}
