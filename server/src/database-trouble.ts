// Owns what an operator is told when PostgreSQL cannot be used at a start or by a command: what is the matter, what to do.
// Must never repeat DATABASE_URL, which has a password in it.

/** Codes of node:net and node:dns, and SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html). */
const SENTENCES: Readonly<Record<string, (error: ConnectFault) => string>> = {
  ECONNREFUSED: (error) => `nothing listens at ${place(error)}. Start PostgreSQL there, or correct DATABASE_URL.`,
  ENOTFOUND: ({ hostname }) => `there is no host ${hostname ?? 'of that name'}. Correct the host in DATABASE_URL.`,
  EAI_AGAIN: ({ hostname }) => `no name server answers for ${hostname ?? 'its host'}. Check the DNS of this machine.`,
  ETIMEDOUT: (error) => `${place(error)} does not answer. Check DATABASE_URL, and firewalls in between.`,
  EHOSTUNREACH: (error) => `there is no route to ${place(error)}. Check DATABASE_URL, and the network.`,
  ECONNRESET: () =>
    'the connection was closed. Check that DATABASE_URL leads to PostgreSQL, and whether that needs TLS.',
  '28P01': () => 'it refuses the password. Correct the user or the password in DATABASE_URL.',
  '28000': ({ message }) => `it lets this user not in (${message}). Correct DATABASE_URL, or its pg_hba.conf.`,
  '3D000': ({ message }) => `${message}. Make it with createdb, or correct the name in DATABASE_URL.`,
  '53300': () => 'it has no connection left. Raise its max_connections, or lower TIMBRE_DATABASE_POOL_SIZE.',
  '57P03': () => 'it is starting or stopping. Try again shortly.',
}

interface ConnectFault extends Error {
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}

/** The sentence, or undefined when the error is about something else. */
export function databaseTrouble(error: unknown): string | undefined {
  // A host with several addresses fails with one error for each.
  const fault: unknown = error instanceof AggregateError ? error.errors[0] : error
  if (!(fault instanceof Error) || !('code' in fault)) return undefined
  const sentence = SENTENCES[String(fault.code)]
  return sentence === undefined ? undefined : `The database cannot be reached: ${sentence(fault)}`
}

function place({ address, port }: ConnectFault): string {
  return address === undefined || port === undefined ? 'its address' : `${address}:${port}`
}
