// Owns the packed SDK as a response: its bytes are in memory once, however many are reading them.
// Must never read the file again for a request once it has been read.
import type { ApiDependencies } from '../api-dependencies.ts'
import { type KeptText, keptText } from './kept-text.ts'

/** No version in it: the package says its own. */
export const SDK_DISPOSITION = 'attachment; filename="getsupervisor-agents-studio-sdk.tgz"'

export class SdkPackage {
  readonly #dependencies: Pick<ApiDependencies, 'sdkPackage' | 'log'>
  #file: KeptText | undefined
  #isMissed = false

  constructor(dependencies: Pick<ApiDependencies, 'sdkPackage' | 'log'>) {
    this.#dependencies = dependencies
  }

  /** undefined: it is not packed. Whoever packs it later need not start the server again. */
  file(): KeptText | undefined {
    if (this.#file !== undefined) return this.#file
    const bytes = this.#dependencies.sdkPackage()
    if (bytes !== undefined) this.#file = keptText('application/gzip', bytes)
    else this.#sayOnce()
    return this.#file
  }

  #sayOnce(): void {
    if (!this.#isMissed) this.#dependencies.log.warn('GET /sdk.tgz is 404 until the SDK is packed: npm run sdk:pack')
    this.#isMissed = true
  }
}
