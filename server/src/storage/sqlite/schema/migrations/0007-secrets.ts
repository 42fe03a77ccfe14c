// Owns the seventh version of the tables: several replaced secrets of a webhook, nothing of a deleted one, and which master
// keys are in use. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * - `previous_secrets` is a list in JSON, the newest first; the column beside it finds the first one that ends. Those that had
 *   room for one secret are not used any more.
 * - A deleted webhook keeps its row for the history that refers to it, and nothing that is worth reading.
 * - `key_checks` has a sealed text of each master key that anything may be sealed with (docs/decisions/0047-sealed-texts.md).
 */
export const secrets: Migration = {
  version: 7,
  name: 'secrets',
  needsCare: true,
  sql: `
ALTER TABLE webhooks ADD COLUMN previous_secrets TEXT;
ALTER TABLE webhooks ADD COLUMN previous_secrets_expire_at INTEGER;
UPDATE webhooks SET
  previous_secrets = json_array(json_object('sealed', sealed_previous_secret, 'expiresAt', previous_secret_expires_at)),
  previous_secrets_expire_at = previous_secret_expires_at
  WHERE deleted_at IS NULL AND sealed_previous_secret IS NOT NULL AND previous_secret_expires_at IS NOT NULL;
UPDATE webhooks SET sealed_previous_secret = NULL, previous_secret_expires_at = NULL
  WHERE sealed_previous_secret IS NOT NULL OR previous_secret_expires_at IS NOT NULL;
UPDATE webhooks SET url = '', description = NULL, secret_preview = '', sealed_secret = '', sealed_headers = ''
  WHERE deleted_at IS NOT NULL;
CREATE INDEX webhooks_with_previous_secrets ON webhooks (previous_secrets_expire_at)
  WHERE previous_secrets_expire_at IS NOT NULL;
CREATE TABLE key_checks (key_id TEXT NOT NULL PRIMARY KEY, sealed TEXT NOT NULL) STRICT;
`,
}
