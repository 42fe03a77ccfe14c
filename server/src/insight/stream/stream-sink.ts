// Owns where a stream is written to, as the feed sees it: a response that somebody reads, or does not.

export interface StreamSink {
  /** Written and not taken by the network yet. */
  readonly pendingBytes: number
  write(text: string | Uint8Array): void
  /** Resolves when nothing is pending, or it is closed. */
  drained(): Promise<void>
  /** With a last text. Tolerates being called twice. */
  end(text: string): void
  /** Called once, when it ends for whatever reason. */
  onClose(listener: () => void): void
  /** Whether who reads may still read: its key may have been revoked. */
  isAllowed(): Promise<boolean>
}
