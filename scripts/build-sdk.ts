// Owns the SDK's build: a folder that is ready for `npm pack` and `npm publish` from there, as ES modules and as CommonJS.
// Must never let a dependency, or a mention of our private packages, into what is published.
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'sdk')
const ENTRIES = { index: 'src/index.ts', 'receiver/index': 'src/receiver/index.ts' } as const

/** The same twice: `.js` for `import`, `.cjs` for `require` (docs/decisions/0055-how-the-sdk-is-got.md). */
const FORMATS = { esm: '.js', cjs: '.cjs' } as const

/** Names that must not be in what is published: private packages, and modules that not every runtime has. */
const FORBIDDEN = /@timbre\/|typebox|["']node:|\.ts["']|\brequire\(/

/**
 * Builds the package into a folder, which is emptied first. Throws when the result mentions what it must not.
 * @param origin where the sources are kept, as `git remote get-url origin` says it; absent: the clone's own
 */
export async function buildSdk(folder: string, origin = originOfClone()): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const format of ['esm', 'cjs'] as const) await bundle(folder, format)
  declare(folder)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(repositoryUrl(origin)), null, 2)}\n`)
  copyFileSync(join(SOURCE, 'README.md'), join(folder, 'README.md'))
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  check(folder)
}

async function bundle(folder: string, format: keyof typeof FORMATS): Promise<void> {
  await build({
    absWorkingDir: SOURCE,
    entryPoints: ENTRIES,
    outdir: folder,
    outExtension: { '.js': FORMATS[format] },
    bundle: true,
    format,
    platform: 'neutral',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  })
}

/**
 * A .d.ts and a .d.cts for each source file that the entries lead to. The compiler knows no Node here: what is not in
 * browsers does not compile.
 */
function declare(folder: string): void {
  const emitted = join(folder, '.declarations')
  const options = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--strict', '--skipLibCheck']
  const modules = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable']
  // The root is the repository's, because the compiler also reads the contract; of that nothing is taken over.
  const imports = ['--allowImportingTsExtensions', '--rootDir', ROOT, '--outDir', emitted]
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [...options, ...modules, ...imports, ...Object.values(ENTRIES)], {
    cwd: SOURCE,
    stdio: 'inherit',
  })
  const declarations = reached(join(emitted, 'sdk/src'), ['index', 'receiver/index'])
  for (const [name, text] of declarations) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    for (const extension of Object.values(FORMATS)) {
      writeFileSync(join(folder, `${name}.d${extension.replace('js', 'ts')}`), withImportsOf(text, extension))
    }
  }
  rmSync(emitted, { recursive: true })
}

const IMPORT = /(from |import\()(["'])(\.{1,2}\/[^"']*)\.ts\2/g

/** The declarations of the entries and of whatever they import, by name without extension. */
function reached(folder: string, names: readonly string[], found = new Map<string, string>()): Map<string, string> {
  for (const name of names.filter((name) => !found.has(name))) {
    const text = readFileSync(join(folder, `${name}.d.ts`), 'utf8')
    found.set(name, text)
    const imported = [...text.matchAll(IMPORT)].map(([, , , path = '']) => posix.join(posix.dirname(name), path))
    reached(folder, imported, found)
  }
  return found
}

/** Imports of `./x.ts` become `./x.js`, beside which a compiler finds `./x.d.ts`. Before TypeScript 5.7 bytes had no parameter. */
function withImportsOf(declarations: string, extension: string): string {
  return declarations.replaceAll(IMPORT, `$1$2$3${extension}$2`).replaceAll('Uint8Array<ArrayBuffer>', 'Uint8Array')
}

/** The workspace's own manifest points at the sources; this one at what was built. */
function manifest(repository: string | undefined): Record<string, unknown> {
  const { name, version, description, license } = JSON.parse(readFileSync(join(SOURCE, 'package.json'), 'utf8'))
  // `types` beside each format: a compiler takes declarations for CommonJS only from a .d.cts.
  const entry = (path: string) => ({
    import: { types: `${path}.d.ts`, default: `${path}.js` },
    require: { types: `${path}.d.cts`, default: `${path}.cjs` },
  })
  return {
    name,
    version,
    description,
    keywords: ['supervisor', 'agents-studio', 'timbre', 'webhooks', 'standard-webhooks', 'voice', 'telephony'],
    license,
    ...(repository === undefined ? {} : { repository: { type: 'git', url: repository, directory: 'sdk' } }),
    type: 'module',
    sideEffects: false,
    engines: { node: '>=18' },
    // For what reads no `exports`: TypeScript's `node10`, and older bundlers.
    main: './index.cjs',
    module: './index.js',
    types: './index.d.cts',
    exports: { '.': entry('./index'), './receiver': entry('./receiver/index'), './package.json': './package.json' },
    publishConfig: { access: 'public' },
  }
}

/** `git+https://…` as npm writes it, without a user's name or password; undefined for a path, which is nobody else's. */
export function repositoryUrl(origin: string): string | undefined {
  const { groups } =
    /^(?:(?:https?|ssh|git):\/\/(?:[^@/]*@)?|[\w.-]+@)(?<host>[\w.-]+)(?::\d+)?[:/](?<path>[^?#]+)$/.exec(origin) ?? {}
  return groups && `git+https://${groups['host']}/${groups['path']?.replace(/(\.git)?\/?$/, '')}.git`
}

/** Where the sources of this clone came from, for `repository` of a package.json. */
export function repositoryOfClone(): string | undefined {
  return repositoryUrl(originOfClone())
}

function originOfClone(): string {
  try {
    return execFileSync('git', ['remote', 'get-url', 'origin'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return '' // no git, no clone or no origin
  }
}

function check(folder: string): void {
  for (const file of globSync('**/*.{js,cjs,d.ts,d.cts}', { cwd: folder })) {
    const line = readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .find((text) => FORBIDDEN.test(text) && !/^\s*(\/\/|\*|\/\*)/.test(text))
    if (line !== undefined) throw new Error(`${file} must not be published with this line: ${line.trim()}`)
  }
}
