// Owns noticing that the npm which started this process is gone: it hands on SIGTERM and SIGINT only, `npx` hands them to a shell
// that dies of them, and a server that is left behind would keep the database locked.

/** Soon enough for whoever starts again after killing npm. */
const CHECK_MS = 500

/** What npm calls the scripts that start a server: `npm start`, and `npx timbre start`. */
const STARTS: readonly (string | undefined)[] = ['start', 'npx']

/** Calls back once, when the process was started by npm and npm, or the shell between them, has ended. */
export function onNpmGone(onGone: () => void): void {
  if (!STARTS.includes(process.env['npm_lifecycle_event'])) return
  const parent = process.ppid
  const checking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(checking)
    onGone()
  }, CHECK_MS).unref()
}
