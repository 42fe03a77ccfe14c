// Owns the server of the protocol, the same for both transports: what it can do, and which part answers which request.
// Must never be kept longer than a connection: over HTTP each request has its own.
import { ApiError } from '@getsupervisor/agents-studio-sdk'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { Toolbox } from '../toolbox.ts'
import { instructions } from './instructions.ts'
import { getPrompt, listPrompts } from './prompts.ts'
import { RESOURCE_TEMPLATES, RESOURCES, readResource } from './resources.ts'

/** Nothing is asked of the client, whose responses a validator would be for; the SDK would make one for each server. */
const NO_VALIDATOR = {
  getValidator: (): never => {
    throw new Error('this server asks its client for nothing')
  },
}

/** @param version of Timbre */
export function protocolServer(toolbox: Toolbox, version: string): Server {
  const server = new Server(
    { name: 'timbre', title: 'Timbre', version },
    {
      capabilities: { tools: {}, resources: {}, prompts: {} },
      instructions: instructions(toolbox.allowWrite),
      jsonSchemaValidator: NO_VALIDATOR,
    },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: toolbox.list() }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const result = await toolbox.call(params.name, params.arguments ?? {}, signal)
    return result ?? refuse(`There is no tool ${JSON.stringify(params.name.slice(0, 100))}.`)
  })
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: listPrompts() }))
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    return getPrompt(params.name, params.arguments) ?? refuse('There is no such prompt, or its argument is missing.')
  })
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: RESOURCES }))
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: RESOURCE_TEMPLATES }))
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, { signal }) => {
    const read = await readResource(toolbox.client, params.uri, signal).catch(asProtocolError)
    return read ?? refuse('There is no such resource.')
  })
  return server
}

function refuse(sentence: string): never {
  throw new McpError(ErrorCode.InvalidParams, sentence)
}

function asProtocolError(error: unknown): never {
  if (error instanceof ApiError) refuse(`${error.code}: ${error.message}`)
  throw error
}
