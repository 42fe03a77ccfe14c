// The flags of V8 that keep the heap small stand in every place that starts the server, the same in each.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { NODE_FLAGS } from '../support/timbre-process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const inWords = NODE_FLAGS.join(' ')
const inJson = NODE_FLAGS.map((flag) => `"${flag}"`).join(', ')

test.each([
  ['package.json', `exec node ${inWords} `],
  ['scripts/prepare.mjs', `FLAGS = [${NODE_FLAGS.map((flag) => `'${flag}'`).join(', ')}]`],
  ['deploy/systemd/timbre.service', `ExecStart=/usr/bin/node ${inWords} cli/bin/timbre.mjs start`],
  ['docs/operate/deploy.md', `node ${inWords} cli/bin/warm.mjs`],
  ['docs/operate/capacity.md', `node ${inWords} cli/bin/timbre.mjs start`],
  ['Dockerfile', `ENTRYPOINT ["node", ${inJson}, "cli/bin/timbre.mjs"]`],
  ['Dockerfile', `RUN ["node", ${inJson}, "cli/bin/warm.mjs"]`],
])('%s starts Node with the flags', (file, text) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(text)
})
