// Owns which commands there are: name, group, a line of help, and the file that is loaded when the command is called.
import type { TimbreCommand } from './frame/timbre-command.ts'

export interface CommandRow {
  readonly name: string
  readonly group: string
  readonly summary: string
  /** Each loads what it needs by itself, so that `timbre --help` and every other command stay quick. */
  readonly load: () => Promise<TimbreCommand>
}

const PROFILES = 'Which server:'
const SERVER = 'Operating a server:'

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'start',
    group: SERVER,
    summary: 'Start the server; SIGTERM, SIGINT and SIGHUP stop it',
    load: async () => (await import('./operate/start.ts')).startCommand(),
  },
  {
    name: 'backup',
    group: SERVER,
    summary: 'Copy the database to a file; the server may be running',
    load: async () => (await import('./operate/backup.ts')).backupCommand(),
  },
  {
    name: 'restore',
    group: SERVER,
    summary: 'Put a backup into an empty data directory',
    load: async () => (await import('./operate/restore.ts')).restoreCommand(),
  },
  {
    name: 'migrate',
    group: SERVER,
    summary: 'Bring the tables to the version of this program',
    load: async () => (await import('./operate/migrate.ts')).migrateCommand(),
  },
  {
    name: 'move',
    group: SERVER,
    summary: 'Move everything from SQLite to PostgreSQL',
    load: async () => (await import('./operate/move.ts')).moveCommand(),
  },
  {
    name: 'rotate-master-key',
    group: SERVER,
    summary: 'Seal every secret again with a new master key',
    load: async () => (await import('./operate/rotate-master-key.ts')).rotateMasterKeyCommand(),
  },
  {
    name: 'keys',
    group: SERVER,
    summary: 'API keys and the admin key, beside the database, for whoever has lost them',
    load: async () => (await import('./operate/keys.ts')).keysCommand(),
  },
  {
    name: 'login',
    group: PROFILES,
    summary: 'Keep a server, a workspace and a key as a profile',
    load: async () => (await import('./remote/login.ts')).loginCommand(),
  },
  {
    name: 'logout',
    group: PROFILES,
    summary: 'Forget a profile',
    load: async () => (await import('./remote/login.ts')).logoutCommand(),
  },
  {
    name: 'whoami',
    group: PROFILES,
    summary: 'Show which server, workspace and key are used',
    load: async () => (await import('./remote/login.ts')).whoamiCommand(),
  },
]
