// Owns what the browser keeps of a user: theme and language, and nothing else.
// Must never keep a key, an id or anything of a workspace.

export type Preference = 'theme' | 'language'

export function preferred(name: Preference): string | null {
  try {
    return localStorage.getItem(`timbre.${name}`)
  } catch {
    return null // a browser that keeps nothing
  }
}

export function prefer(name: Preference, value: string): void {
  try {
    localStorage.setItem(`timbre.${name}`, value)
  } catch {
    // It holds until the page is closed.
  }
}
