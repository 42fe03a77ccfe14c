// Owns `timbre start`: the server, in this process.
import { TimbreCommand } from '../frame/timbre-command.ts'

export function startCommand(): TimbreCommand {
  return new TimbreCommand('start')
    .description('Start the server; SIGTERM, SIGINT and SIGHUP stop it')
    .option('--dev', 'allow loopback targets, and http:// for loopback hosts')
    .example('timbre start --dev', 'for receivers on this machine')
    .action(async ({ dev }: { readonly dev?: boolean }) => {
      // Loaded when it is needed: the server takes ten times as long to load as everything else here.
      const { runTimbre } = await import('@timbre/server/main.ts')
      await runTimbre(dev === true ? ['--dev'] : [])
    })
}
