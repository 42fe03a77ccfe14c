// Owns how many cells of a terminal a text takes, and how it is cut, filled and broken to fit. Pure.
import stringWidth from 'string-width'
import { shown } from '../../../frame/text-table.ts'

/** One cell for each sign, and quick to tell. */
const PLAIN = /^[\x20-\x7e]*$/
const MORE = '…'

export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}

/** The beginning of a text that fits, with a sign that there was more; control characters are shown and not obeyed. */
export function cutTo(text: string, width: number): string {
  if (width <= 0) return ''
  const safe = PLAIN.test(text) ? text : shown(text)
  return widthOf(safe) <= width ? safe : `${beginningOf(safe, width - 1)}${MORE}`
}

/** Exactly `width` cells: cut, or filled with blanks. */
export function fitTo(text: string, width: number): string {
  const cut = cutTo(text, width)
  return cut + ' '.repeat(Math.max(width - widthOf(cut), 0))
}

/** Lines of at most `width` cells. */
export function wrapTo(text: string, width: number): string[] {
  return text.split(/\r?\n/).flatMap((line) => wrapped(shown(line.replaceAll('\t', '  ')), Math.max(width, 2)))
}

function wrapped(line: string, width: number): string[] {
  const lines: string[] = []
  for (let rest = line; ; ) {
    const beginning = beginningOf(rest, width)
    lines.push(beginning)
    rest = rest.slice(beginning.length)
    if (rest === '') return lines
  }
}

function beginningOf(text: string, width: number): string {
  const first = text.slice(0, width)
  // As many signs as cells may be too wide, but only where one is no plain one.
  if (PLAIN.test(first)) return first
  let cells = 0
  let beginning = ''
  for (const sign of text) {
    cells += widthOf(sign)
    if (cells > width) break
    beginning += sign
  }
  return beginning === '' ? (text.match(/^./su)?.[0] ?? '') : beginning
}
