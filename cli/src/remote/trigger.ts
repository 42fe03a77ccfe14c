// Owns `timbre trigger`: an event from the example of its type, changed where it is asked for.
import type { PublishEvent } from '@getsupervisor/agents-studio-sdk'
import { CommandError } from '../frame/command-failure.ts'
import { edited } from '../frame/editor.ts'
import { jsonFile, repeated } from '../frame/options.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { acceptedLine } from './present/accepted.ts'
import { type Server, withServer } from './with-server.ts'
import { withValues } from './with-values.ts'

interface TriggerOptions {
  readonly set?: readonly string[]
  readonly file?: string
  readonly edit?: true
  readonly print?: true
}

export function triggerCommand(): TimbreCommand {
  return withServer<TriggerOptions>(
    new TimbreCommand('trigger')
      .description('Publish the example of an event type, changed where you say so')
      .argument('<type>', 'the event type')
      .option('--set <path=value>', 'such as data.call_id=call-1, agentId=… or id=…; may be repeated', repeated)
      .option('--file <file>', 'JSON: the data, instead of the example; -: standard input')
      .option('--edit', 'change it in $VISUAL or $EDITOR before it is published')
      .option('--print', 'print the event and publish nothing')
      .example('timbre trigger call.completed --set data.call_id=call-7 --set data.duration_ms=62000'),
    trigger,
  )
}

async function trigger(
  { client, out }: Server,
  { set = [], file, edit, print }: TriggerOptions,
  type = '',
): Promise<void> {
  const data = file === undefined ? (await client.eventTypes.get(type)).example : await jsonFile(file)
  const event = withValues({ type, data }, set)
  const whole = edit === true ? await edited(event) : event
  if (print === true) return out.plain(JSON.stringify(whole, null, 2))
  if (typeof whole !== 'object' || whole === null) throw new CommandError('The event must be a JSON object.')
  // The server checks the rest, and says which field is wrong.
  const accepted = await client.events.publish(whole as PublishEvent)
  if (out.isJson) out.json(accepted)
  else out.say(acceptedLine(accepted))
}
