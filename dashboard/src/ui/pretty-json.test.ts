import { expect, test } from 'vitest'
import { prettyJson } from './pretty-json.ts'

test('shows every number with the digits that it was written with', () => {
  const text = '{"order":9007199254740993,"total":1.10,"list":[1e3,-0.5]}'
  expect(prettyJson(text)?.replaceAll(/\s/g, '')).toBe(text)
  expect(prettyJson(text)?.split('\n').length).toBe(8)
})

test('leaves what is no JSON, or only a word of it, as it is', () => {
  expect(['{broken', 'plain', '12', '"text"'].map(prettyJson)).toEqual([undefined, undefined, undefined, undefined])
})
