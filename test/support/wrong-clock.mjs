// Owns a wrong clock for a process under test: loaded before it, moves the time of day by CLOCK_AHEAD_MS. The clock that never jumps
// goes on, as it does when an operator sets the time.
const aheadMs = Number(process.env.CLOCK_AHEAD_MS)
const { now } = Date
Date.now = () => now() + aheadMs
