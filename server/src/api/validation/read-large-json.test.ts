import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJsonText } from './json-value.ts'
import { readInParts } from './read-large-json.ts'

const loop = { afterTick: () => Promise.resolve() }
async function outcomeOf(read: () => unknown): Promise<object> {
  try {
    return { value: JSON.stringify(await read()) }
  } catch (error) {
    return { code: (error as { code?: string }).code, details: (error as { details?: unknown }).details }
  }
}
const inParts = (text: string) => outcomeOf(() => readInParts(text, loop))
const atOnce = (text: string) => outcomeOf(() => readJsonText(text))

const TEXTS = [
  '{"events":[]}',
  '{"events":[ \n ]}',
  '{"events":[1]}',
  ' { "events" : [ {"a":[1,{"b":"]}"}]} , "x,y" ,null] , "b": [1,[2]] }',
  '{"a":{"events":[1,2]},"events":[3]}',
  '{"a":[{"events":[1]}],"events":{"events":[1]}}',
  '{"__proto__":1,"events":[{"__proto__":2}]}',
  '{"events":[{"\\u0061":1,"b\\n":2}],"z":"events"}',
  '[[1],{"events":[2]}]',
  '{"events":[1],"events":[2]}',
  '{"events":[{"a":1},{"a":1,"\\u0061":2}]}',
  '{"events":[{"a":"\\u0000"}]}',
  '{"events":["ok","\\ud800"]}',
  '{"events":[1,]}',
  '{"events":[,1]}',
  '{"events":[1 2]}',
  '{"events":[1}',
  '{"events":[1]]',
  '{"events":[{]}]}',
  '{"events":["a]}',
  '{"events":[1]} 2',
  '{"events":[',
  '{"events"',
  '["events":[1,2]]',
  '{"a":1 "events":[1,2]}',
  '{"events":[[1]],}',
  '',
  ']]]',
]

test.each(TEXTS)('%s has in parts the value, or the fault, that it has at once', async (text) => {
  expect(await inParts(text)).toEqual(await atOnce(text))
})

test('whatever one character more or less makes of them is taken, as the same, or refused as it is at once', async () => {
  const characters = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', ' ', '1', 'events')
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TEXTS), fc.nat(80), fc.boolean(), characters, async (text, at, cut, more) => {
      const changed = text.slice(0, at) + more + text.slice(at + (cut ? 1 : 0))
      const [parts, whole] = [await inParts(changed), await atOnce(changed)]
      // Of several faults another one may be told.
      if ('value' in whole) expect(parts).toEqual(whole)
      else expect(parts).toHaveProperty('code')
    }),
    { numRuns: 5000 },
  )
})

test('levels are counted from the outside', async () => {
  for (const levels of [30, 40, 60, 64, 65, 66, 67, 68, 70]) {
    const text = `{"events":[${'['.repeat(levels)}${']'.repeat(levels)}]}`
    expect(await inParts(text)).toEqual(await atOnce(text))
  }
})

test('an event after a thousand is read with the rest', async () => {
  for (const count of [999, 1000, 1001, 1500]) {
    const text = `{"events":[${Array.from({ length: count }, (_, index) => index).join(',')}]}`
    expect(await inParts(text)).toEqual(await atOnce(text))
  }
})

test('others have their turn between events, and an event or a rest that is too long is refused', async () => {
  let turns = 0
  const counting = { afterTick: async () => void turns++ }
  const event = `{"data":"${'x'.repeat(100_000)}"}`
  await readInParts(`{"events":[${Array(40).fill(event).join(',')}]}`, counting)
  expect(turns).toBeGreaterThanOrEqual(20)
  const long = `"${'x'.repeat(280_000)}"`
  expect(await inParts(`{"events":[1,${long}]}`)).toMatchObject({ code: 'BODY_TOO_LARGE', details: { index: 1 } })
  expect(await inParts(`{"events":[1],"more":${long}}`)).toMatchObject({ code: 'BODY_TOO_LARGE' })
})
