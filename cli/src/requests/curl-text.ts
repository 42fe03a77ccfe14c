// Owns a request as a curl command that a shell takes as it stands.

interface Signed {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function curlText(url: string, { headers, body }: Signed): string {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${shellQuoted(`${name}: ${value}`)}`)
  return [`curl -sS ${shellQuoted(url)}`, ...lines, `--data-binary ${shellQuoted(body)}`].join(' \\\n  ')
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
