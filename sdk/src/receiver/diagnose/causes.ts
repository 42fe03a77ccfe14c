// Owns the causes that `diagnose` names, in the order of docs/reference/diagnosis.md, which is generated from them.
// Must never say a text that depends on a secret.

export interface CauseRow {
  /** What is wrong. */
  readonly means: string
  /** What to do about it. */
  readonly remedy: string
  /** What it is concluded from: a signature that verifies after one change, or a plain fact of the request. */
  readonly proof: string
}

export const CAUSES = {
  secret_missing: {
    means: 'There is no secret to verify with.',
    remedy: "Set the variable that it comes from; webhooks.getSecret(id) shows the webhook's secret.",
    proof: 'The secret is empty, or what is left of an unset variable.',
  },
  secret_masked: {
    means: 'The secret is the masked preview.',
    remedy: 'Use the whole secret: webhooks.getSecret(id) shows it.',
    proof: 'The secret has asterisks where the preview has them.',
  },
  header_missing: {
    means:
      'Signature headers are missing: something before the receiver drops them, or the request is not from the service.',
    remedy: 'Let the proxy, gateway or function pass on webhook-id, webhook-timestamp and webhook-signature.',
    proof: 'At least one of the three is not there.',
  },
  header_malformed: {
    means: 'A signature header is not in its format: something before the receiver rewrites it.',
    remedy: 'Let the proxy, gateway or function pass on the webhook-* headers unchanged.',
    proof: 'The header does not have the form that the service sends.',
  },
  headers_changed: {
    means: 'Body and secret are right, but webhook-id, webhook-timestamp or webhook-signature is not what was sent.',
    remedy: 'Pass the headers of this very request, unchanged, together with its body.',
    proof: 'x-supervisor-signature verifies with this body and this secret; webhook-signature does not.',
  },
  scheme_mixed: {
    means: 'Two schemes are mixed: one has the key, the signed text, the format or the header of the other.',
    remedy:
      'webhook-signature: v1,<base64>, over <id>.<timestamp>.<body>, by the decoded part after whsec_. x-supervisor-signature: sha256=<hex>, over the body, by the whole secret.',
    proof: 'A signature of the request is one that this secret makes, with a part of the other scheme.',
  },
  secret_spelling: {
    means: 'The secret is right but for its spelling: its prefix, white space, quotes or an encoding.',
    remedy: 'Use the secret exactly as the service shows it, whsec_ included, as plain text.',
    proof: 'The signature verifies with another spelling of this secret.',
  },
  older_secret: {
    means: 'The secret is another one of this webhook: it was replaced in a rotation.',
    remedy: 'Take the current secret (webhooks.getSecret), or pass both while you rotate.',
    proof:
      'The signature of the older secret is among those of the request, or another secret of the webhook verifies.',
  },
  other_webhook: {
    means: 'The request is signed with the secret of another webhook.',
    remedy: 'Use the secret of the webhook that sends to this URL; several webhooks may.',
    proof: "Another webhook's secret, which was given, verifies.",
  },
  body_missing: {
    means: 'The body is empty: something has read it before.',
    remedy: 'Read the raw body before any parser, or use an adapter.',
    proof: 'There is no byte of a body.',
  },
  trailing_newline: {
    means: 'White space around the body, or its line ends, are not what was sent.',
    remedy: 'Take the bytes as they came: no trim, no line-by-line reading, no editor.',
    proof: 'The signature verifies without, or with the other, white space.',
  },
  charset: {
    means: 'The body was decoded or encoded with another charset than UTF-8, or its characters were normalised.',
    remedy: 'Keep the bytes, or decode and encode them as UTF-8, without a byte order mark.',
    proof: 'The signature verifies with the bytes that such a charset was made of.',
  },
  double_encoded: {
    means: 'The body was encoded once more: as a JSON text, in base64, for a URL or as a form.',
    remedy: 'Undo the encoding of the gateway or queue first (for example isBase64Encoded), and verify what is inside.',
    proof: 'The signature verifies with what is inside.',
  },
  body_reserialised: {
    means: 'The body was parsed and written as JSON again: it means the same, and its bytes are others.',
    remedy: 'Keep the raw body: register the receiver before express.json() or the like, or use an adapter.',
    proof: 'The signature verifies with another JSON spelling of the same body.',
  },
  truncated: {
    means: 'The body ends too early.',
    remedy: 'Raise the body limit of the proxy or framework to 1 MiB; events may have 256 KiB.',
    proof: 'content-length announces more bytes and what is there is no whole JSON, or it breaks off inside the event.',
  },
  id_mismatch: {
    means: 'The signature is right, but webhook-id is not the id of the event in the body.',
    remedy: 'Refuse it: the service never sends an event under another id than its own.',
    proof: 'The two ids differ.',
  },
  clock: {
    means: "The signature is right, but this machine's clock is not.",
    remedy: 'Set the clock by NTP, and compare webhook-timestamp with seconds of UTC.',
    proof:
      'The request comes from the future, or is at most an hour older than the tolerance, or by whole half hours (a time zone) up to 14 h.',
  },
  replayed: {
    means: 'The signature is right, but the request is an old one: recorded and sent again, or held back.',
    remedy: 'Refuse it. If a queue of yours held it back, verify before the queue.',
    proof: 'It was handled before, or is older than the tolerance in a way that no clock explains.',
  },
} as const satisfies Readonly<Record<string, CauseRow>>

export type DiagnosisCause = keyof typeof CAUSES

/** What the body may have been before something changed it. */
export interface BodyCandidate {
  readonly cause: DiagnosisCause
  /** What happened to it, in words. */
  readonly how: string
  readonly body: string | Uint8Array
}
