// Owns how the progress of a move reads: how much, how fast, how long still.

export interface RowProgress {
  readonly step: 'copy' | 'verify'
  readonly rowsDone: number
  readonly rowsTotal: number
}

/** @param since what was done since this step of this run began, and in how many milliseconds */
export function progressText(
  { step, rowsDone, rowsTotal }: RowProgress,
  since: { readonly rows: number; readonly ms: number },
): string {
  const percent = rowsTotal === 0 ? 100 : Math.floor((rowsDone / rowsTotal) * 100)
  const done = `${percent} % ${step === 'copy' ? 'copied' : 'verified'}`
  if (since.rows <= 0 || since.ms <= 0) return done
  const perSecond = (since.rows / since.ms) * 1000
  const secondsLeft = Math.ceil(Math.max(rowsTotal - rowsDone, 0) / perSecond)
  return `${done}, ${Math.round(perSecond)} rows/s, about ${durationText(secondsLeft)} left`
}

function durationText(seconds: number): string {
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}
