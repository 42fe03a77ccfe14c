// Owns where Node keeps what it has compiled, so that the next start does not strip types and compile again: without the
// compiler of types in each thread the server takes 45 MB less, and starts in less than two thirds of the time.
// Must never be a folder that the running server can write to where its code is read-only: what lies there is run.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'

/** To be called before anything else is loaded. A folder that cannot be written to is only read, a missing one does no harm. */
export function startCompileCache() {
  // Threads, and the processes of other commands, read it from there.
  process.env.NODE_COMPILE_CACHE ??= join(modulesAbove(import.meta.dirname), '.cache', 'timbre')
  module.enableCompileCache()
}

/** `node_modules` of the repository, or of the project that this is installed in. */
function modulesAbove(folder) {
  const modules = join(folder, 'node_modules')
  const above = dirname(folder)
  return existsSync(modules) || above === folder ? modules : modulesAbove(above)
}
