// Owns reading files that a package of ours brings along, such as the pages of its program for browsers.
// Must never be given a path of a request's making.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const resolver = createRequire(import.meta.url)

/** @param path inside the package, as we write it. Throws when the package or the file is not there. */
export function readPackageFile(name: string, path: string): Buffer {
  return readFileSync(join(dirname(resolver.resolve(`${name}/package.json`)), path))
}
