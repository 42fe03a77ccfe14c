// Owns what a test receiver answers as it is written in a form. Pure.
import type { TestReceiver } from '@getsupervisor/agents-studio-sdk'

export type Answers = Pick<TestReceiver, 'responseStatus' | 'delayMs' | 'failurePercent'>
export type AnswerTexts = Readonly<Record<keyof Answers, string>>

/** As the contract has them. */
export const ANSWER_BOUNDS: Readonly<Record<keyof Answers, readonly [min: number, max: number]>> = {
  responseStatus: [200, 599],
  delayMs: [0, 20_000],
  failurePercent: [0, 100],
}

export function textsOf({ responseStatus, delayMs, failurePercent }: Answers): AnswerTexts {
  return {
    responseStatus: String(responseStatus),
    delayMs: String(delayMs),
    failurePercent: String(failurePercent),
  }
}

/** Which fields hold no number within their bounds. */
export function faultyAnswers(texts: AnswerTexts): readonly (keyof Answers)[] {
  return (Object.keys(ANSWER_BOUNDS) as (keyof Answers)[]).filter((name) => {
    const [min, max] = ANSWER_BOUNDS[name]
    const value = Number(texts[name])
    return texts[name].trim() === '' || !Number.isInteger(value) || value < min || value > max
  })
}

/** Of texts without a fault. */
export function answersOf(texts: AnswerTexts): Answers {
  return {
    responseStatus: Number(texts.responseStatus),
    delayMs: Number(texts.delayMs),
    failurePercent: Number(texts.failurePercent),
  }
}
