// Owns what a test receiver responds with as it is written in a form. Pure.
import type { TestReceiver } from '@getsupervisor/agents-studio-sdk'

export type Responses = Pick<TestReceiver, 'responseStatus' | 'delayMs' | 'failurePercent'>
export type ResponseTexts = Readonly<Record<keyof Responses, string>>

/** As the contract has them. */
export const RESPONSE_BOUNDS: Readonly<Record<keyof Responses, readonly [min: number, max: number]>> = {
  responseStatus: [200, 599],
  delayMs: [0, 20_000],
  failurePercent: [0, 100],
}

export function textsOf({ responseStatus, delayMs, failurePercent }: Responses): ResponseTexts {
  return {
    responseStatus: String(responseStatus),
    delayMs: String(delayMs),
    failurePercent: String(failurePercent),
  }
}

/** Which fields hold no number within their bounds. */
export function faultyResponses(texts: ResponseTexts): readonly (keyof Responses)[] {
  return (Object.keys(RESPONSE_BOUNDS) as (keyof Responses)[]).filter((name) => {
    const [min, max] = RESPONSE_BOUNDS[name]
    const value = Number(texts[name])
    return texts[name].trim() === '' || !Number.isInteger(value) || value < min || value > max
  })
}

/** Of texts without a fault. */
export function responsesOf(texts: ResponseTexts): Responses {
  return {
    responseStatus: Number(texts.responseStatus),
    delayMs: Number(texts.delayMs),
    failurePercent: Number(texts.failurePercent),
  }
}
