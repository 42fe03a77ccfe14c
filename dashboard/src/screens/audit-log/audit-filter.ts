// Owns the filter of the audit log as it stands in the address. Pure.

export interface AuditFilter {
  /** Absent: all of them. */
  readonly workspace?: string
}

export function readAuditFilter(search: Readonly<Record<string, unknown>>): AuditFilter {
  const { workspace } = search
  return typeof workspace === 'string' && workspace !== '' && workspace.length <= 64 ? { workspace } : {}
}
