import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the demo ends by itself where there is no terminal, with everything delivered', async () => {
  const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))
  const output = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, [main], (error, stdout) => (error === null ? resolve(stdout) : reject(error))),
  )
  expect(output).toContain('Everything arrived and every signature verified.')
  expect(output).not.toContain('Still running')
  expect(output).not.toContain(' 1 deliveries')
})
