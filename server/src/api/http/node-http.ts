// Owns what the server uses of node:http. Must be the only file that asks Node for it: an `import` of that module reads each of its
// exports, and among them is a WebSocket, for which Node then loads a whole HTTP client: 40 ms of a start and 15 MB that nobody uses.
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http')
