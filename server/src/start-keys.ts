// Owns what the start of a server does with the keys of the instance: reads them, finds out whether they fit, and says which it uses.
// Must never show one.
import type { Logger } from 'pino'
import { derivedAdminKey } from './bootstrap.ts'
import { type Config, SettingError } from './config.ts'
import type { Clock } from './platform/clock.ts'
import { type MasterKeys, makeMasterKey, readMasterKeys } from './platform/master-key.ts'
import { KeyInUse } from './sealing/key-in-use.ts'
import { type Unlocked, unlockSecrets } from './sealing/unlock-secrets.ts'
import type { Storage } from './storage/storage.ts'

/** @throws SettingError when a node would make a key of its own beside a database that is not its own */
export function givenKeys({ masterKey, masterKeyPrevious, dataDir, database }: Config): MasterKeys {
  const keys = readMasterKeys({ text: masterKey, previousText: masterKeyPrevious, dataDir })
  if (database === null || keys.current !== null) return keys
  throw new SettingError(
    'DATABASE_URL is set, and TIMBRE_MASTER_KEY is not: every node of a database needs the same master key. "openssl rand -base64 32" makes one.',
  )
}

export async function unlock(storage: Storage, keys: MasterKeys, { dataDir }: Config, log: Logger): Promise<Unlocked> {
  try {
    return await unlockSecrets({
      storage,
      keys,
      makeKey: () => makeMasterKey(dataDir),
      onBound: ({ replaced }) => log.info({ rows: replaced }, 'what an older version sealed is bound to its place now'),
      onFailed: ({ failed }) =>
        log.error(
          { rows: failed.map(({ row }) => row) },
          'these have a sealed text that does not open; nothing is sent for them',
        ),
    })
  } catch (error) {
    await storage.stop()
    throw error
  }
}

export function adminKeysOf([masterKey, ...previous]: Unlocked['masterKeys']): readonly [string, ...string[]] {
  return [derivedAdminKey(masterKey), ...previous.map(derivedAdminKey)]
}

export function watchKey({ check }: Unlocked, dependencies: { storage: Storage; clock: Clock; log: Logger }): KeyInUse {
  const { log } = dependencies
  const keyInUse = new KeyInUse({
    ...dependencies,
    check,
    onRetired: () =>
      log.warn(
        { keyId: check.keyId },
        'this server seals with a master key that was retired: start it with the new one, and run "timbre rotate-master-key" again',
      ),
    onFault: (error) => log.error({ err: error }, 'the checks of the master keys could not be read'),
  })
  keyInUse.start()
  return keyInUse
}
