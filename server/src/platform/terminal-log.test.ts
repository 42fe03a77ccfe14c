import { expect, test } from 'vitest'
import { makeLog } from './log.ts'
import { terminalDestination } from './terminal-log.ts'

test('reads on one line for people what the log holds, without a secret', async () => {
  const lines: string[] = []
  const destination = await terminalDestination({ write: (line) => void lines.push(line) }, false)
  const log = makeLog({ level: 'info', destination })
  log.info({ webhookId: 'w1', note: 'with whsec_c2VjcmV0' }, 'webhook recovered')
  log.error({ err: new TypeError('odd') }, 'a step failed')
  expect(lines[0]).toMatch(
    /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: webhook recovered \{"webhookId":"w1","note":"with \[redacted\]"\}\n$/,
  )
  expect(lines.slice(1).join('')).toMatch(/ERROR: a step failed[\s\S]*TypeError: odd/)
})
