// Owns which links of a page lead nowhere: to files or headings that are not there.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function missingLinks(root: string, page: string): string[] {
  const markdown = readFileSync(join(root, page), 'utf8')
  const links = [...markdown.matchAll(/(?:\]\(|src(?:set)?=")(?!https?:)([^)"]+)/g)].map((match) => match[1] ?? '')
  return links.filter((link) => {
    const [path = '', heading] = link.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    if (!existsSync(join(root, file))) return true
    return heading !== undefined && !anchors(readFileSync(join(root, file), 'utf8')).includes(heading)
  })
}

/** As GitHub makes them. */
function anchors(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '')
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}
