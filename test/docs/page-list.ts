// Owns which pages of the documentation are tested: all that are written by hand.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
const inFolder = (folder: string) =>
  readdirSync(`${docs}${folder}`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => (folder === '.' ? `docs/${file}` : `docs/${folder}/${file}`))

export const PAGES = ['README.md', ...['.', 'concepts', 'guides', 'operate'].flatMap(inFolder)]
