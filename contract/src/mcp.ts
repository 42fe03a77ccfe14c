// Owns what both sides of the Model Context Protocol over HTTP agree on: where it is, and how writing is asked for.
export const MCP_PATH = '/mcp'

/** What a person writes into the configuration of a client, so that tools that send are offered: `true`. */
export const ALLOW_WRITE_HEADER = 'x-timbre-allow-write'

/** - off: the path is not there. - read: tools that read. - write: those that send too, for clients that send the header. */
export const MCP_MODES = ['off', 'read', 'write'] as const
export type McpMode = (typeof MCP_MODES)[number]
