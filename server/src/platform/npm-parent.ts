// Owns noticing that the npm which started this process is gone: it hands on SIGTERM and SIGINT only, and a server that it
// leaves behind would keep the database locked.

/** Soon enough for whoever starts again after killing npm. */
const CHECK_MS = 500

/** Calls back once, when the process was started by `npm start` and npm has ended. */
export function onNpmGone(onGone: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return
  const parent = process.ppid
  const checking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(checking)
    onGone()
  }, CHECK_MS).unref()
}
