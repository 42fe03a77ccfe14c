// Owns which commands there are: name, group, a line of help, and the file that is loaded when the command is called.
import type { TimbreCommand } from './frame/timbre-command.ts'

export interface CommandRow {
  readonly name: string
  readonly group: string
  readonly summary: string
  /** Each loads what it needs by itself, so that `timbre --help` and every other command stay quick. */
  readonly load: () => Promise<TimbreCommand>
}

const LOOK = 'Working with a server:'
const TRY = 'Building a receiver:'
const PROFILES = 'Which server, and the shell:'
const SERVER = 'Operating a server:'

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'webhooks',
    group: LOOK,
    summary: 'URLs that get events: list, show, create, update, test, secret',
    load: async () => (await import('./remote/webhooks.ts')).webhooksCommand(),
  },
  {
    name: 'subscriptions',
    group: LOOK,
    summary: 'The event types that a webhook wants',
    load: async () => (await import('./remote/subscriptions.ts')).subscriptionsCommand(),
  },
  {
    name: 'events',
    group: LOOK,
    summary: 'What was published: list, show, publish',
    load: async () => (await import('./remote/events.ts')).eventsCommand(),
  },
  {
    name: 'deliveries',
    group: LOOK,
    summary: 'What became of it: list, show, retry',
    load: async () => (await import('./remote/deliveries.ts')).deliveriesCommand(),
  },
  {
    name: 'attempts',
    group: LOOK,
    summary: 'Every request of a delivery',
    load: async () => (await import('./remote/attempts.ts')).attemptsCommand(),
  },
  {
    name: 'calls',
    group: LOOK,
    summary: 'The calls that events speak of: list, show',
    load: async () => (await import('./remote/calls.ts')).callsCommand(),
  },
  {
    name: 'sources',
    group: LOOK,
    summary: 'Providers of calls: list, show, create, edit, delete, requests',
    load: async () => (await import('./remote/sources.ts')).sourcesCommand(),
  },
  {
    name: 'stats',
    group: LOOK,
    summary: 'What was sent, how it ended, how long it took, what waits',
    load: async () => (await import('./remote/stats.ts')).statsCommand(),
  },
  {
    name: 'replay',
    group: LOOK,
    summary: 'Send a webhook a range of time again',
    load: async () => (await import('./remote/replay.ts')).replayCommand(),
  },
  {
    name: 'replays',
    group: LOOK,
    summary: 'Replays of a webhook: list, show, watch, cancel',
    load: async () => (await import('./remote/replay.ts')).replaysCommand(),
  },
  {
    name: 'event-types',
    group: LOOK,
    summary: 'The catalogue, types of your own, TypeScript types',
    load: async () => (await import('./remote/event-types.ts')).eventTypesCommand(),
  },
  {
    name: 'apply',
    group: LOOK,
    summary: 'Make webhooks, subscriptions and event types what a file says',
    load: async () => (await import('./remote/apply.ts')).applyCommand(),
  },
  {
    name: 'export',
    group: LOOK,
    summary: 'Write them as a file that `timbre apply` takes',
    load: async () => (await import('./remote/apply.ts')).exportCommand(),
  },
  {
    name: 'api-keys',
    group: LOOK,
    summary: 'API keys of the workspace',
    load: async () => (await import('./remote/api-keys.ts')).apiKeysCommand(),
  },
  {
    name: 'workspaces',
    group: LOOK,
    summary: 'The tenants of a server; needs the admin key',
    load: async () => (await import('./remote/workspaces.ts')).workspacesCommand(),
  },
  {
    name: 'mcp',
    group: LOOK,
    summary: 'Let an agent look into it: the Model Context Protocol',
    load: async () => (await import('./remote/mcp.ts')).mcpCommand(),
  },
  {
    name: 'open',
    group: LOOK,
    summary: 'Show what an id is of, whatever it is',
    load: async () => (await import('./remote/open.ts')).openCommand(),
  },
  {
    name: 'listen',
    group: TRY,
    summary: 'Forward events to a receiver on this machine',
    load: async () => (await import('./remote/listen.ts')).listenCommand(),
  },
  {
    name: 'trigger',
    group: TRY,
    summary: 'Publish the example of an event type',
    load: async () => (await import('./remote/trigger.ts')).triggerCommand(),
  },
  {
    name: 'simulate',
    group: TRY,
    summary: 'Publish whole calls, as a voice platform would',
    load: async () => (await import('./remote/simulate.ts')).simulateCommand(),
  },
  {
    name: 'verify',
    group: TRY,
    summary: 'Say why a request does not verify, or that it does',
    load: async () => (await import('./requests/verify.ts')).verifyCommand(),
  },
  {
    name: 'sign',
    group: TRY,
    summary: 'Print a signed request, for tests of a receiver',
    load: async () => (await import('./requests/sign.ts')).signCommand(),
  },
  {
    name: 'start',
    group: SERVER,
    summary: 'Start the server; SIGTERM, SIGINT and SIGHUP stop it',
    load: async () => (await import('./operate/start.ts')).startCommand(),
  },
  {
    name: 'demo',
    group: SERVER,
    summary: 'A server, a receiver and a whole call, to be watched',
    load: async () => (await import('./operate/demo.ts')).demoCommand(),
  },
  {
    name: 'doctor',
    group: SERVER,
    summary: 'Look at what a start or a delivery needs, and say what to do',
    load: async () => (await import('./operate/doctor.ts')).doctorCommand(),
  },
  {
    name: 'settings',
    group: SERVER,
    summary: 'The settings in force, and where each comes from',
    load: async () => (await import('./operate/settings.ts')).settingsCommand(),
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
  {
    name: 'completion',
    group: PROFILES,
    summary: 'Print the script that completes commands in a shell',
    load: async () => (await import('./completion/completion.ts')).completionCommand(),
  },
  {
    name: 'complete',
    group: PROFILES,
    summary: 'What may stand at the cursor, for that script',
    load: async () => (await import('./completion/completion.ts')).completeCommand(),
  },
]
