// Owns waiting in process-level tests: asks again until the result is there, and says what it still was if not.

/**
 * Calls `ask` every 20 ms until `isMet` holds for its result, which is returned.
 * Rejects after `timeoutMs` with the last answer in the message.
 */
export async function until<T>(
  ask: () => PromiseLike<T>,
  isMet: (answer: T) => boolean,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (isMet(answer)) return answer
    if (Date.now() > deadline)
      throw new Error(`Not met within ${timeoutMs} ms. Last: ${JSON.stringify(answer).slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
