// Owns `timbre mcp`: the Model Context Protocol over standard input and output, for an agent on this machine.
// Must never write anything but the protocol to standard output.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Seal } from '@timbre/mcp/preview-token.ts'
import type { ConnectionOptions } from '../frame/connection.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { now } from '../frame/world.ts'
import { version } from '../version.ts'
import { clientOf, connectionOf, withPlaceOptions } from './with-server.ts'

export function mcpCommand(): TimbreCommand {
  return withPlaceOptions(
    new TimbreCommand('mcp')
      .description(
        'Serve the Model Context Protocol on standard input and output, so that an agent can find what happened to a call, event or delivery and explain a failure. It reads only, unless --allow-write is given. Clients start it by themselves.',
      )
      .option('--allow-write', 'also offer tools that send: test, retry, and replay after a preview'),
  )
    .example('timbre mcp')
    .example('timbre mcp --allow-write', 'with tools that send, as far as the key may')
    .action(serve)
}

async function serve(options: ConnectionOptions & { readonly allowWrite?: boolean }): Promise<void> {
  const client = clientOf(connectionOf(options))
  // Its help needs nothing of this.
  const { Toolbox } = await import('@timbre/mcp/toolbox.ts')
  const { serveStdio } = await import('@timbre/mcp/protocol/serve-stdio.ts')
  const toolbox = new Toolbox({
    client,
    allowWrite: options.allowWrite === true,
    howToAllow: 'The person can allow it by starting "timbre mcp" with --allow-write.',
    // What the key may do is said by the service when a tool asks.
    isOpen: () => true,
    now,
    seal: sealOfProcess(),
    onFault: (error) => process.stderr.write(`A tool failed: ${error instanceof Error ? error.stack : error}\n`),
  })
  await serveStdio(toolbox, version())
}

/** What one process has previewed, another does not start. */
function sealOfProcess(): Seal {
  const key = randomBytes(32)
  const tagOf = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    seal: (text) => `${tagOf(text).toString('base64url')}.${Buffer.from(text).toString('base64url')}`,
    open(token) {
      const [tag = '', sealed = ''] = token.split('.')
      const text = Buffer.from(sealed, 'base64url').toString()
      const [given, right] = [Buffer.from(tag, 'base64url'), tagOf(text)]
      return given.length === right.length && timingSafeEqual(given, right) ? text : undefined
    },
  }
}
