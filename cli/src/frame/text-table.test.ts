import { expect, test } from 'vitest'
import { shown, textTable } from './text-table.ts'

test('sets columns as wide as what is in them, numbers flush right', () => {
  expect(
    textTable(
      ['id', 'n', 'url'],
      [
        ['a', '1', 'x'],
        ['abc', '1000', 'y'],
      ],
      { right: [1] },
    ),
  ).toEqual(['id      n  url', 'a       1  x', 'abc  1000  y'])
})

test('counts a text without its style', () => {
  const style = (text: string) => `<${text}>`
  expect(
    textTable(undefined, [
      [{ text: 'a', style }, 'b'],
      ['ccc', 'd'],
    ]),
  ).toEqual(['<a>    b', 'ccc  d'])
})

test('shows what would move the cursor or change the colours of a terminal, and does not obey it', () => {
  expect(shown('a\u001b[31mred\u0007\u009b2Jb\nc')).toBe('a�[31mred��2Jb c')
  expect(textTable(undefined, [['\u001b]0;title\u0007', 'b']])[0]).toBe('�]0;title�  b')
})

test('cuts the last column to the width of the terminal, and shows that there was more', () => {
  const rows = [['id-1', 'The receiver is not there at all']]
  expect(textTable(['id', 'error'], rows, { lineWidth: 24 })).toEqual(['id    error', 'id-1  The receiver is n…'])
  expect(textTable(undefined, rows, { lineWidth: 5 })).toEqual(['id-1  The receive…'])
  expect(textTable(undefined, rows)).toEqual(['id-1  The receiver is not there at all'])
})
