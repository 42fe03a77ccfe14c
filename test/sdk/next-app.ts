// Owns a Next application in a customer's project: built, started, and ended by its pid.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { until } from '../support/until.ts'
import { run, SECRET } from './project.ts'
import { NODE_OF_TOOLS, nodeOf } from './tools.ts'

export interface NextApp {
  readonly address: string
  end(): Promise<void>
}

/** @param tools the folder of the tools; @param project with an `app` folder */
export async function buildAndStartNext(tools: string, project: string): Promise<NextApp> {
  const next = join(tools, 'node_modules/next/dist/bin/next')
  await run(nodeOf(tools, NODE_OF_TOOLS), [next, 'build'], project)
  const port = await freePort()
  const env = { PATH: process.env['PATH'], WEBHOOK_SECRET: SECRET, NEXT_TELEMETRY_DISABLED: '1' }
  const args = [next, 'start', '-H', '127.0.0.1', '-p', String(port)]
  const child = spawn(nodeOf(tools, NODE_OF_TOOLS), args, { cwd: project, env, stdio: 'ignore' })
  const address = `http://127.0.0.1:${port}`
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  try {
    await until(() => isThere(address), Boolean, 60_000)
  } catch (error) {
    await end()
    throw error
  }
  return { address, end }
}

function isThere(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
