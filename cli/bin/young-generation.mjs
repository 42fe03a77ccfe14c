// Owns how much memory Node may take for what has just been made: 3 × 24 MiB instead of 3 × 32 (docs/performance.md).
// Must never start a second process: this one is replaced and keeps its pid, so that signals and service managers find it.

const MEBIBYTES = 24

/** To be called before anything else: what has run is run again. V8 reads this setting before any code of ours. */
export function boundYoungGeneration() {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ').replaceAll('_', '-')
  // On Windows nothing can be replaced: there it works as well, and takes more memory.
  if (process.execve === undefined || given.includes('--max-semi-space-size')) return
  const flags = [...process.execArgv, `--max-semi-space-size=${MEBIBYTES}`]
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], process.env)
}
