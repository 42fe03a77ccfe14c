// Owns encryption at rest: signing secrets, custom headers and saved answers (DESIGN §3).

export interface Vault {
  /** Encrypts a text so that it can be stored. Two calls with the same text give different results. */
  seal(text: string): string
  /** The text that was sealed. Throws when the key is another or the sealed text was changed. */
  open(sealed: string): string
}
