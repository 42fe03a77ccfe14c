import { expect, test } from 'vitest'
import { weakenedRuntime } from './weakened-runtime.ts'

test.each([
  [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /^NODE_TLS_REJECT_UNAUTHORIZED=0: no certificate is verified/],
  [{ NODE_OPTIONS: '--max-old-space-size=256 --tls-keylog=/tmp/keys' }, /--tls-keylog/],
  [{ NODE_OPTIONS: '--inspect-brk' }, /--inspect/],
])('names what Node was told to open: %j', (environment, sentence) => {
  expect(weakenedRuntime(environment)).toEqual([expect.stringMatching(sentence)])
})

test.each([
  {},
  { NODE_TLS_REJECT_UNAUTHORIZED: '1' },
  { NODE_TLS_REJECT_UNAUTHORIZED: '' },
  { NODE_OPTIONS: '--enable-source-maps' },
])('says nothing where nothing is opened: %j', (environment) => {
  expect(weakenedRuntime(environment)).toEqual([])
})
