// Owns how hard the tests of this folder attack: a little in `npm test`, as in the attacks that were seen with `npm run hostile`.
// Each test here plays one attacker of docs/operate/security.md against a real process; load goes to 127.0.0.1 only.

const isFull = process.env['HOSTILE_LOAD'] === 'full'

/**
 * How many requests, connections, bytes or seconds an attack has.
 * @param small in `npm test`, where a file of this folder takes a few seconds
 * @param full in `npm run hostile`, where it takes as long as the attack needs
 */
export function load(small: number, full: number): number {
  return isFull ? full : small
}
