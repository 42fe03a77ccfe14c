// Owns how long a failing delivery holds back its own call (CONTRACT §2, Webhook, `ordering`).

/** From the first failure on, for at most 5 minutes; then the call is released. */
export const ORDER_HOLD_MS = 5 * 60_000
