// Owns what the terminal says at start. Keys are shown here once and nowhere else.
import type { FirstKeys } from './platform/first-start-file.ts'
import { OWN_COMMAND } from './platform/own-command.ts'

export interface WelcomeInput {
  readonly address: string
  readonly isDev: boolean
  readonly first: FirstKeys | undefined
  /** Set when the admin key was made by us and this is the first start. */
  readonly adminKey: string | undefined
}

export function welcome({ address, isDev, first, adminKey }: WelcomeInput): string {
  const lines = ['', `Timbre serves on ${address}  (API reference: ${address}/docs)`]
  if (isDev)
    lines.push(
      'Development mode: loopback targets and http:// to loopback hosts are allowed. Never use it in production.',
    )
  if (first !== undefined) lines.push(...firstStart(first, adminKey))
  return `${lines.join('\n')}\n\n`
}

function firstStart(first: FirstKeys, adminKey: string | undefined): string[] {
  return [
    '',
    'This is the first start. Keep these; they are not shown again:',
    `  workspace  ${first.workspaceId}`,
    `  API key    ${first.apiKey}`,
    ...(adminKey === undefined ? [] : [`  admin key  ${adminKey}`]),
    `If you lose them: ${OWN_COMMAND} keys --help`,
    '',
    'For the shell in which you go on ("The first webhook" in README.md):',
    `  export WORKSPACE_ID=${first.workspaceId} API_KEY=${first.apiKey}`,
  ]
}
