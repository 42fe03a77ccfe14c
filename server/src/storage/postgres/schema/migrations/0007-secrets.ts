// Owns the seventh version of the tables: several replaced secrets of a webhook, nothing of a deleted one, and which master
// keys are in use. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * As version 7 of SQLite. A program of an older version would sign with one replaced secret where there are several, would write
 * texts that can be moved from row to row, and could not open those of this one: docs/decisions/0047-sealed-texts.md.
 */
export const secrets: Migration = {
  version: 7,
  name: 'secrets',
  compatibleFrom: 7,
  needsCare: true,
  sql: `
ALTER TABLE webhooks ADD COLUMN previous_secrets text, ADD COLUMN previous_secrets_expire_at bigint;
UPDATE webhooks SET
  previous_secrets = CASE WHEN deleted_at IS NULL AND previous_secret_expires_at IS NOT NULL THEN
    json_build_array(json_build_object('sealed', sealed_previous_secret, 'expiresAt', previous_secret_expires_at))::text END,
  previous_secrets_expire_at = CASE WHEN deleted_at IS NULL THEN previous_secret_expires_at END,
  sealed_previous_secret = NULL, previous_secret_expires_at = NULL
  WHERE sealed_previous_secret IS NOT NULL;
UPDATE webhooks SET url = '', description = NULL, secret_preview = '', sealed_secret = '', sealed_headers = ''
  WHERE deleted_at IS NOT NULL;
CREATE INDEX webhooks_with_previous_secrets ON webhooks (previous_secrets_expire_at)
  WHERE previous_secrets_expire_at IS NOT NULL;
CREATE TABLE key_checks (key_id text COLLATE "C" PRIMARY KEY, sealed text NOT NULL);
`,
}
