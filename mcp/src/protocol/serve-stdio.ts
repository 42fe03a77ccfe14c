// Owns the protocol over standard input and output: one client, which is whoever started the process.
// Must never write anything else to standard output.
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Toolbox } from '../toolbox.ts'
import { protocolServer } from './protocol-server.ts'

/** Resolves when standard input has ended: the client is gone. */
export async function serveStdio(toolbox: Toolbox, version: string): Promise<void> {
  const server = protocolServer(toolbox, version)
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve)
    server.onclose = resolve
  })
  await server.connect(new StdioServerTransport())
  await ended
  await server.close()
}
