// Owns turning our TypeScript into the JavaScript of the packages, file by file: Node strips no types below node_modules.
// Must never emit what the entries do not reach: tests, simulators and sources stay at home.
import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, posix } from 'node:path'

/** The names that the server, the SDK and the command have outside, where nobody owns `@timbre` or `timbre` for us. */
export const SERVER_PACKAGE = '@getsupervisor/timbre-server'
export const SDK_PACKAGE = '@getsupervisor/agents-studio-sdk'
export const COMMAND_PACKAGE = '@getsupervisor/timbre'

/** Where the folders of the sources go: `server/src/a.ts` is `src/a.js` of the server's package. */
const PLACES = [
  {
    source: 'server/src/',
    part: 'server',
    folder: 'src/',
    specifier: '@timbre/server/',
    outside: `${SERVER_PACKAGE}/`,
  },
  {
    source: 'contract/src/',
    part: 'server',
    folder: 'contract/',
    specifier: '@timbre/contract/',
    outside: `${SERVER_PACKAGE}/contract/`,
  },
  {
    source: 'mcp/src/',
    part: 'server',
    folder: 'mcp/',
    specifier: '@timbre/mcp/',
    outside: `${SERVER_PACKAGE}/mcp/`,
  },
  { source: 'cli/', part: 'command', folder: '', specifier: undefined, outside: undefined },
] as const

export type Part = (typeof PLACES)[number]['part']

export interface Program {
  /** The text of each file by its path in the package. */
  readonly files: Readonly<Record<Part, ReadonlyMap<string, string>>>
  /** What each imports from others: names of packages. */
  readonly packages: Readonly<Record<Part, ReadonlySet<string>>>
}

/** As Biome formats them. `new URL(…)` names the file of a thread. */
const OWN = /(\bfrom |\bimport |\bimport\(|new URL\()'((?:\.{1,2}|@timbre\/[a-z]+)\/[^']+)\.(ts|mjs)'/g
const OTHERS = /(?:^(?:import|export) [^'\n]*\bfrom |^\} from |\bimport\()'((?!node:|@timbre\/)[^'./][^']*)'/gm
const LEFT = /(?:from |import |import\(|new URL\()'[^']*(?:\.ts|@timbre\/[^']*)'/

/**
 * The program from its entries on, with every file of ours that is imported, or run as a thread.
 * @param root the folder of the repository
 * @param entries paths in it
 * @throws Error when a specifier leads nowhere, or would lead to a source
 */
export function emitProgram(root: string, entries: readonly string[]): Program {
  const files = { server: new Map<string, string>(), command: new Map<string, string>() }
  const packages = { server: new Set<string>(), command: new Set<string>() }
  const seen = new Set(entries)
  // A Set is walked in the order of its growth: what a file imports is added while it is walked.
  for (const file of seen) {
    const place = placeOf(file)
    const text = scriptOf(join(root, file))
    const emitted = text.replaceAll(OWN, (_, before, path, extension) => {
      seen.add(sourceOf(file, `${path}.${extension}`, root))
      return `${before}'${outsideOf(path)}.${extension === 'ts' ? 'js' : extension}'`
    })
    const left = LEFT.exec(emitted)
    if (left !== null) throw new Error(`${file} would be packed with this: ${left[0]}`)
    for (const [, specifier = ''] of text.matchAll(OTHERS)) packages[place.part].add(packageOf(specifier))
    files[place.part].set(targetOf(file), emitted)
  }
  return { files, packages }
}

/** Only types go, and blanks come in their place: a line of a stack trace is that line of the source. */
function scriptOf(file: string): string {
  const text = readFileSync(file, 'utf8')
  return file.endsWith('.ts') ? stripTypeScriptTypes(text).replaceAll(/[ \t]+$/gm, '') : text
}

function placeOf(file: string): (typeof PLACES)[number] {
  const place = PLACES.find(({ source }) => file.startsWith(source))
  if (place === undefined) throw new Error(`${file} belongs to no package.`)
  return place
}

function targetOf(file: string): string {
  const { source, folder } = placeOf(file)
  return `${folder}${file.slice(source.length)}`.replace(/\.ts$/, '.js')
}

function sourceOf(importer: string, specifier: string, root: string): string {
  const place = PLACES.find((one) => one.specifier !== undefined && specifier.startsWith(one.specifier))
  const file = place?.specifier
    ? place.source + specifier.slice(place.specifier.length)
    : posix.join(posix.dirname(importer), specifier)
  if (!existsSync(join(root, file))) throw new Error(`${importer} names ${specifier}, which is not there.`)
  return file
}

function outsideOf(path: string): string {
  const place = PLACES.find((one) => one.specifier !== undefined && path.startsWith(one.specifier))
  return place?.specifier ? place.outside + path.slice(place.specifier.length) : path
}

/** `pg` of `pg/lib/defaults`, `@fastify/cors` of itself. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
