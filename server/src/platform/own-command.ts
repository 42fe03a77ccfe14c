// Owns how the reader of a sentence calls the `timbre` command. Must never be run, only read.
import { sep } from 'node:path'

/** Of a package that was installed, or of a clone. */
export const OWN_COMMAND = import.meta.dirname.split(sep).includes('node_modules') ? 'npx timbre' : 'npm run timbre --'
