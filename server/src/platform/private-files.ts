// Owns who may read the data directory: the user that runs the server, and nobody else on the machine.
// Must never widen a mode, and never touch a file that is not Timbre's.
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What others may do: read, write, search; for the group and for everybody else. */
const OTHERS = 0o077

/** The database with what SQLite keeps beside it, the lock and the node's id. `master.key` is refused instead: see there. */
const OWN_FILES = /^(timbre\.(db|lock)|node-id)/

/**
 * Takes the rights of others away, from the directory and from Timbre's files in it: a umask holds for new files only.
 * @param holdsData false: payloads and keys are elsewhere, and a directory that cannot be tightened is let be, such as a
 * volume of Kubernetes, which belongs to root
 * @returns what was tightened, with the mode it had
 * @throws Error with the sentence for the operator when something belongs to another user
 */
export function tightenDataDirectory(directory: string, holdsData: boolean): readonly string[] {
  const files = readdirSync(directory).filter((name) => OWN_FILES.test(name))
  const paths = [directory, ...files.map((name) => join(directory, name))]
  return paths.flatMap((path) => tighten(path, holdsData))
}

function tighten(path: string, holdsData: boolean): readonly string[] {
  // A file that SQLite has removed meanwhile is nobody's.
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & OTHERS) === 0) return []
  const text = (mode & 0o777).toString(8)
  try {
    chmodSync(path, mode & 0o777 & ~OTHERS)
    return [`${path} (mode ${text})`]
  } catch (error) {
    if (!holdsData) return []
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'belongs to another user' : error
    throw new Error(
      `${path} is open to other users (mode ${text}) and cannot be made private: it ${reason}. Give it to the user that runs Timbre, or set TIMBRE_DATA_DIR to a directory of that user.`,
    )
  }
}
