// Owns what a migration did, or would do.

export interface MigrationReport {
  /** Versions of the tables; 0: there were none. */
  readonly before: number
  readonly after: number
  readonly applied: readonly ReportedMigration[]
}

export interface ReportedMigration {
  readonly version: number
  readonly name: string
  readonly needsCare?: true
}
