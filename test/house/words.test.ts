// Words that the field has another word for stay out of what ships: the new word stands beside each. ARCHITECTURE.md has the house words.
import { describe, expect, test } from 'vitest'
import { shipped, sources } from './sources.ts'

const WORDS: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bshort[- ]way\b|shortWay/i, 'fast path'],
  [/\bturn(ed|s)?[- ]away\b|turnAway/i, 'load shedding'],
  [/\bdoubtful\b/i, 'in doubt'],
  [/\bisHeard\b|\btakesWork\b/, 'membership: isLive, acceptsWork'],
  [/\bturns? of (the|its) (event )?loop\b|\bturnEnd\b|\b(this|another|a few) turns?\b/i, 'tick, afterTick'],
  [/nextTurn|\binTurn\b|[a-z](Per|In)Turns?\b|TurnAllowance|_PER_TURN\b|\bgate\b(?! way)/, 'tick, start conditions'],
  [/\b(given|gives|giving) back\b/i, 'released'],
  [/\b(taken|takes|taking) back\b|\btakeBack\b/i, 'reclaimed'],
  [/\b(retried|sent again|asked for|attempt|retry) by hand\b/i, 'manual, manually'],
  [/\bwebhooks? (is|was|are|were) switched (off|on)\b/i, 'disabled, enabled'],
  [/\bjudg(e|es|ed|ing|ements?)\b|[a-z]Judge|\bjudge[A-Z]/i, 'validate, evaluate, check, allow, decide'],
  [/\bnoRoom\b|[a-z]Room\b|\broomDefault\b|\b(no|has|have|without) room\b/, 'capacity, free capacity'],
  [/\bway of an event\b/i, 'hot path'],
  [/\b(event|claimed|load)Bod(y|ies)\b|\bEventBody\b|\bBody(Memory|Key)\b/, 'envelope (body is HTTP’s)'],
  [/\batLeisure\b|\bhungry\b|\bsifted\b|\bin good order\b/i, 'the plain word'],
]

/** Response (HTTP), reply (of a thread) or result (of a call). */
const ANSWER = /\b(an|the|its|each|every|saved|stored|whole|whose|no) answers?\b|[a-z]Answers?\b/
/**
 * Calls are answered too, and questions of DNS; sentences beside attempts are stored, and read by what they were; a public type keeps
 * its name.
 */
const ANSWERS_STAY =
  /\/sources\/|\/failure(-words|-sentence)?(\.test)?\.ts$|^sdk\/src\/receiver\/receive\.ts$|\/(name-server|system-lookup\.test|http-transport-failures\.test|words\.test)\.ts$/

/** A sentence that 0.1.0 stored beside attempts, which is read until those are pruned. */
const STORED = "'The webhook was switched off; set isActive to true to use it again.'"

describe('the words of the field', () => {
  test.each(WORDS)('%s is %s', (word, instead) => {
    const found = shipped.flatMap(({ file, text }) =>
      text
        .replaceAll(STORED, '')
        .split('\n')
        .filter((line) => word.test(line))
        .map((line) => `${file}: ${line.trim()} (${instead})`),
    )
    expect(found).toEqual([])
  })
  test('an answer is a response, a reply or a result', () => {
    const found = sources
      .filter(({ file }) => !ANSWERS_STAY.test(file))
      .flatMap(({ file, text }) => text.split('\n').map((line) => `${file}: ${line.trim()}`))
    expect(found.filter((line) => ANSWER.test(line))).toEqual([])
  })
})
