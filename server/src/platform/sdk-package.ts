// Owns reading the packed SDK that this server hands out. Must never build it: `npm start` and the image do, before.
import { readFileSync } from 'node:fs'

const FILE = new URL('../../sdk.tgz', import.meta.url)

/** The bytes of the package; undefined: nobody has run `npm run sdk:pack`. */
export function readSdkPackage(): Buffer | undefined {
  try {
    return readFileSync(FILE)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
