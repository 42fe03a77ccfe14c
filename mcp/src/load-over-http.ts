// Owns loading what `over-http.ts` needs: when the first client comes, in steps between which others have their tick.
// Must never import any of it before.
import type { answerOverHttp } from './over-http.ts'

/** What is loaded is run at once: all of it together takes some 100 ms of a tick, the longest step a third of that. */
const STEPS: readonly (() => Promise<unknown>)[] = [
  () => import('zod/v4'),
  () => import('@modelcontextprotocol/sdk/types.js'),
  () => import('@modelcontextprotocol/sdk/server/index.js'),
  () => import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
  () => import('@getsupervisor/agents-studio-sdk'),
  () => import('@getsupervisor/agents-studio-sdk/receiver'),
  () => import('./tools.ts'),
]

let loading: Promise<typeof answerOverHttp> | undefined

/**
 * Once for the process.
 * @param afterTick resolves when others have had theirs
 */
export function loadOverHttp(afterTick: () => Promise<void>): Promise<typeof answerOverHttp> {
  loading ??= load(afterTick)
  return loading
}

async function load(afterTick: () => Promise<void>): Promise<typeof answerOverHttp> {
  for (const step of STEPS) {
    await step()
    await afterTick()
  }
  return (await import('./over-http.ts')).answerOverHttp
}
