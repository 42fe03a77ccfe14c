// Owns what an error of the database driver is known by: a SQLSTATE, or a code of the system's for what befell its socket.

/** '' when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
