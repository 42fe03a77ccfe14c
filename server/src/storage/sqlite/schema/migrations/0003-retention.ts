// Owns the third version of the tables: how long a workspace keeps its events.
import type { Migration } from './migration.ts'

/** NULL: as long as the instance's setting says; 0: for ever. Old events are found by `events_of_workspace`. */
export const retention: Migration = {
  version: 3,
  name: 'retention',
  sql: `
ALTER TABLE workspaces ADD COLUMN retention_days INTEGER CHECK (retention_days BETWEEN 0 AND 3650);
`,
}
