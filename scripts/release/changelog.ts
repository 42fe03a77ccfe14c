// Owns reading CHANGELOG.md: its versions, and which migrations its ⚠ blocks tell the operator about.

export interface ChangelogVersion {
  /** Absent: what is not released yet. */
  readonly version: string | undefined
  /** As YYYY-MM-DD. */
  readonly date: string | undefined
  /** All that is under the heading. */
  readonly text: string
}

const HEADING = /^## (?:Unreleased|(?<version>\d+\.\d+\.\d+)(?: - (?<date>\d{4}-\d{2}-\d{2}))?)$/

/** In the order of the file: the newest first. Throws at a heading that is neither a version nor Unreleased. */
export function readChangelog(markdown: string): readonly ChangelogVersion[] {
  const [, ...parts] = markdown.split(/^(?=## )/m)
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const found = HEADING.exec(heading)
    if (found === null) throw new Error(`CHANGELOG.md has a heading that names no version: ${heading}`)
    const { version, date } = found.groups ?? {}
    return { version, date, text: lines.join('\n').trim() }
  })
}

export interface CareBlock {
  /** Path of the migration in its backend's folder, such as `sqlite/0005-numbers`. */
  readonly migration: string
  readonly text: string
}

/** A quotation that begins with ⚠ and the migration. */
export function careBlocks(text: string): readonly CareBlock[] {
  const quotations = [...text.matchAll(/(?:^>.*\n?)+/gm)].map(([lines]) => lines.replaceAll(/^> ?/gm, '').trim())
  return quotations.flatMap((quotation) => {
    const migration = /^⚠ \*\*[^*]*\*\* \(`([^`]+)`\)/.exec(quotation)?.[1]
    return migration === undefined ? [] : [{ migration, text: quotation }]
  })
}
