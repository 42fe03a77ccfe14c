// Owns whether there are colours: on a terminal that has them, and not where NO_COLOR is set (no-color.org).
import pc from 'picocolors'
import { environment } from './world.ts'

const isWanted = !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'

function coloursOf(stream: { readonly isTTY?: boolean }) {
  return pc.createColors(isWanted && stream.isTTY === true)
}

/** Of standard output. */
export const colours = coloursOf(process.stdout)
/** Of standard error. */
export const errorColours = coloursOf(process.stderr)
/** Of what is drawn on the whole terminal. */
export const hasColours = isWanted
