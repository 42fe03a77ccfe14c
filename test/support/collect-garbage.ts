// Owns collecting garbage when a test says so: when V8 does by itself depends on how busy the machine is.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

export const collectGarbage: () => void = runInNewContext('gc')
