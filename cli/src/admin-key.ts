// Owns `timbre admin-key`: the admin key where none is set, for who has the master key anyway.
import { resolve } from 'node:path'
import { derivedAdminKey } from '@timbre/server/bootstrap.ts'
import { readConfig, SettingError } from '@timbre/server/config.ts'
import { readMasterKeys } from '@timbre/server/platform/master-key.ts'
import { Command } from 'commander'

export function adminKeyCommand(): Command {
  return new Command('admin-key')
    .description('Show the admin key that is derived from the master key; none is made, and no server is asked')
    .action(() => {
      const { adminKey, masterKey, masterKeyPrevious, dataDir } = readConfig(undefined, [])
      if (adminKey !== null) throw new SettingError('TIMBRE_ADMIN_KEY is set: that is the admin key.')
      const source = { text: masterKey, previousText: masterKeyPrevious, dataDir: resolve(dataDir) }
      const { current } = readMasterKeys(source)
      if (current === null) throw new SettingError('There is no master key here. Check TIMBRE_DATA_DIR.')
      process.stdout.write(`${derivedAdminKey(current)}\n`)
    })
}
