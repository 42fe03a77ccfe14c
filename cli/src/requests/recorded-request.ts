// Owns one request as it was recorded, whatever form it was kept in.

export interface RecordedRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Where it went, where the record says so: a whole URL, or its path. */
  readonly url?: string
  /** When it was received, in milliseconds since 1970, where the record says so. */
  readonly receivedAt?: number
}
