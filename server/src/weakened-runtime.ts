// Owns what the environment may tell Node, past our settings, that opens what Timbre closes. Must never refuse a start for it:
// whoever debugs does it on purpose; whoever inherited the variable reads of it in the log.

type Environment = Readonly<Record<string, string | undefined>>

/** A sentence for each weakness that Node was told to have; empty: none. */
export function weakenedRuntime(environment: Environment): string[] {
  const { NODE_TLS_REJECT_UNAUTHORIZED: rejects, NODE_OPTIONS: options = '' } = environment
  const found: string[] = []
  // Node compares with this very text.
  if (rejects === '0') {
    found.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0: no certificate is verified, so that anybody on the way can read deliveries and answer them. Unset it; private authorities go into NODE_EXTRA_CA_CERTS',
    )
  }
  if (/--tls-keylog\b/.test(options)) {
    found.push('NODE_OPTIONS has --tls-keylog: the keys of every TLS connection are written to a file')
  }
  if (/--inspect\b/.test(options)) {
    found.push('NODE_OPTIONS has --inspect: whoever reaches the debugger runs code in this process')
  }
  return found
}
