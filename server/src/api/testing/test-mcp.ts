// Owns the official client of the Model Context Protocol, for tests. Must never be imported by anything but tests.
import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { ALLOW_WRITE_HEADER, MCP_PATH } from '@timbre/contract/mcp.ts'
import type { ApiUnderTest } from './test-api.ts'

export const ALLOW_WRITE = { [ALLOW_WRITE_HEADER]: 'true' }

/** Connected, over HTTP. @param headers such as those of a key */
export async function mcpOverHttp(address: string, headers: Readonly<Record<string, string>>): Promise<Client> {
  const client = new Client({ name: 'a test', version: '0' })
  const transport = new StreamableHTTPClientTransport(new URL(MCP_PATH, address), { requestInit: { headers } })
  await client.connect(transport as Transport) // its optional members may be undefined, which the interface leaves open
  // Then it knows the schemas of the results, and holds each result to them.
  await client.listTools()
  return client
}

/** For the first workspace, unless another is named. */
export async function mcpOf(
  api: ApiUnderTest,
  {
    id,
    key,
    ...more
  }: { readonly id?: string; readonly key?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Client> {
  const headers = { authorization: `Bearer ${key ?? api.ours.key}`, 'x-workspace-id': id ?? api.ours.id }
  return mcpOverHttp(await addressOf(api), { ...headers, ...more.headers })
}

export async function addressOf({ app }: ApiUnderTest): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo // a TCP server has one
  return `http://127.0.0.1:${port}`
}

/** What a tool gives. Throws when it fails. */
export async function resultOf(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const result = await callOf(client, name, input)
  if (result.isError === true) throw new Error(`${name} failed: ${textOf(result)}`)
  return result.structuredContent as Record<string, unknown> // as the schema of the tool says
}

/** Why a tool does nothing. Throws when it did something. */
export async function refusalOf(client: Client, name: string, input: Record<string, unknown> = {}): Promise<string> {
  const result = await callOf(client, name, input)
  if (result.isError !== true) throw new Error(`${name} was not refused: ${textOf(result)}`)
  return textOf(result)
}

export async function callOf(client: Client, name: string, input: Record<string, unknown>): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input })) as CallToolResult // not one of the protocol of 2024
}

export function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
}
