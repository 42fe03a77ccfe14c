// Owns what a migration of the file is.

export interface Migration {
  readonly version: number
  readonly name: string
  /** It takes long on large tables, or removes what nobody gets back: a ⚠ block of CHANGELOG.md says what to do before. */
  readonly needsCare?: true
  readonly sql: string
}
