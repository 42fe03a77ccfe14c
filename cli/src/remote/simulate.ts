// Owns `timbre simulate call`: whole calls, published as a voice platform would, or posted as a provider does.
import type { AcceptedEvent } from '@getsupervisor/agents-studio-sdk'
import { SOURCE_KINDS } from '@timbre/contract/source.ts'
import { InvalidArgumentError, Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { wholeNumber } from '../frame/options.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { interruption, newSeed, now, pause } from '../frame/world.ts'
import { type PlannedEvent, planOf } from './simulate/plan.ts'
import { simulateProviderCalls } from './simulate/provider-calls.ts'
import { SCENARIO_HELP, SCENARIOS, type Scenario } from './simulate/scenarios.ts'
import { type Server, withServer } from './with-server.ts'

interface SimulateOptions {
  readonly scenario: Scenario | 'mixed'
  readonly count: number
  readonly rate: number
  readonly seed?: number
  readonly speed: number
  readonly print?: true
  readonly source?: string
  readonly secretFile?: string
}

const SPEED_DEFAULT = 60

export function simulateCommand(): TimbreCommand {
  const simulate = new TimbreCommand('simulate').description('Publish what a voice platform would')
  withServer<SimulateOptions>(
    simulate
      .command('call')
      .description(
        `Publish whole calls, with the times and numbers of real ones. Scenarios: ${SCENARIOS.map((name) => `${name} (${SCENARIO_HELP[name]})`).join('; ')}.`,
      )
      .addOption(
        new Option('--scenario <name>', 'how the calls go; mixed: any of them')
          .choices([...SCENARIOS, 'mixed'])
          .default('answered'),
      )
      .option('--count <number>', 'how many calls', wholeNumber(1, 100_000), 1)
      .option('--rate <number>', 'calls that begin in a second of the simulated clock', positive, 1)
      .option('--seed <number>', 'the same seed makes the same calls; else a new one', wholeNumber(0, 2 ** 32 - 1))
      .option(
        '--speed <number>',
        `how much faster than real; a call of 4 minutes takes 4 s at ${SPEED_DEFAULT}; 0: without waiting`,
        notNegative,
        SPEED_DEFAULT,
      )
      .option('--print', 'print the events and publish nothing')
      .option(
        '--source <provider>',
        `signed requests of a provider instead: ${SOURCE_KINDS.join(', ')}, or the id of a source; without --secret-file a source is made, and removed at the end`,
      )
      .option(
        '--secret-file <file>',
        'what the provider of your source signs with; of Telnyx a private key, 32 bytes in base64',
      )
      .example('timbre simulate call --scenario out-of-order --seed 7 --speed 0')
      .example('timbre simulate call --source twilio --speed 0', 'signed requests, as Twilio posts them')
      .example('timbre simulate call --scenario mixed --count 20 --rate 2 --speed 600', 'twenty calls, two a second'),
    simulateCalls,
  )
  return simulate
}

function simulateCalls(server: Server, options: SimulateOptions): Promise<void> {
  const { source, secretFile, seed = newSeed(), print = false } = options
  if (source !== undefined) return simulateProviderCalls(server, { ...options, source, secretFile, seed, print })
  if (secretFile !== undefined) throw new CommandError('--secret-file is of a source: say which with --source.')
  return publishCalls(server, options)
}

async function publishCalls({ client, out }: Server, options: SimulateOptions): Promise<void> {
  const { scenario, count, rate, seed = newSeed(), speed, print } = options
  const scenarios = scenario === 'mixed' ? SCENARIOS : ([scenario] as const)
  const plan = planOf({ scenarios, count, rate, seed })
  const lengthMs = plan.at(-1)?.atMs ?? 0
  const signal = interruption()
  const begun = now()
  // The last event happens when it is published; the others happened before that by the simulated clock.
  const happened = ({ atMs, happenedAtMs = atMs }: PlannedEvent) =>
    new Date(begun + realMs(lengthMs, speed) - lengthMs + happenedAtMs).toISOString()
  let unwanted = 0
  for (const event of plan) {
    const { type, data, atMs } = event
    if (print === true) {
      out.plain(JSON.stringify({ type, createdAt: happened(event), data }))
      continue
    }
    await pause(begun + realMs(atMs, speed) - now(), signal)
    if (signal.aborted) break
    const accepted = await client.events.publish({ type, data, createdAt: happened(event) })
    if (out.isJson) out.json(accepted)
    else out.say(lineOf(event, accepted))
    if (accepted.deliveryCount === 0) unwanted++
  }
  if (print === true) return
  if (unwanted > 0)
    out.say(`${colours.yellow(String(unwanted))} of them went to no webhook: timbre events list --undelivered`)
  const again = `timbre simulate call --scenario ${scenario} --count ${count} --rate ${rate} --seed ${seed}`
  out.say(colours.dim(`The same again: ${again}`))
}

function realMs(simulatedMs: number, speed: number): number {
  return speed === 0 ? 0 : simulatedMs / speed
}

function lineOf({ call, type, data }: PlannedEvent, { id, deliveryCount }: AcceptedEvent): string {
  const { call_status: status, disconnection_reason: reason, error_code: code } = data
  const note = [status, reason, code].filter((part) => part !== undefined).join(' ')
  const deliveries = deliveryCount === 1 ? '1 delivery' : `${deliveryCount} deliveries`
  return [`call ${call}`, id, type, colours.cyan(note), colours.dim(deliveries)]
    .filter((part) => part !== '')
    .join('  ')
}

function positive(text: string): number {
  const value = notNegative(text)
  if (value === 0) throw new InvalidArgumentError('It must be more than 0.')
  return value
}

function notNegative(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number, 0 or more.')
  return Number(text)
}
