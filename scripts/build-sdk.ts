// Owns the SDK's build: sdk/dist, ready for `npm publish` from there.
// Must never let a dependency, or a mention of our private packages, into what is published.
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'sdk')
const ENTRIES = { index: 'src/index.ts', 'receiver/index': 'src/receiver/index.ts' } as const

/** Names that must not be in what is published: private packages, and modules that not every runtime has. */
const FORBIDDEN = /@timbre\/|typebox|["']node:|\.ts["']|\brequire\(/

/** Builds the package into a folder, which is emptied first. Throws when the result mentions what it must not. */
export async function buildSdk(folder = join(SOURCE, 'dist')): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundle(folder)
  declare(folder)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
  copyFileSync(join(SOURCE, 'README.md'), join(folder, 'README.md'))
  check(folder)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSdk()

async function bundle(folder: string): Promise<void> {
  await build({
    absWorkingDir: SOURCE,
    entryPoints: ENTRIES,
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  })
}

/** One .d.ts for each source file. The compiler knows no Node here: what is not in browsers does not compile. */
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
  for (const file of globSync('**/*.d.ts', { cwd: join(emitted, 'sdk/src') })) {
    const text = readFileSync(join(emitted, 'sdk/src', file), 'utf8')
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), withJsImports(text))
  }
  rmSync(emitted, { recursive: true })
}

/** Imports of `./x.ts` become `./x.js`, beside which a compiler finds `./x.d.ts`. */
function withJsImports(declarations: string): string {
  return declarations.replaceAll(/(from |import\()(["']\.{1,2}\/[^"']*)\.ts(["'])/g, '$1$2.js$3')
}

/** The workspace's own manifest points at the sources; this one at what was built. */
function manifest(): Record<string, unknown> {
  const { name, version, description, license } = JSON.parse(readFileSync(join(SOURCE, 'package.json'), 'utf8'))
  // `default` lets require() of Node 22 and newer have the ES module too.
  const entry = (path: string) => ({ types: `${path}.d.ts`, import: `${path}.js`, default: `${path}.js` })
  return {
    name,
    version,
    description,
    keywords: ['supervisor', 'agents-studio', 'timbre', 'webhooks', 'standard-webhooks', 'voice', 'telephony'],
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=18' },
    types: './index.d.ts',
    exports: { '.': entry('./index'), './receiver': entry('./receiver/index') },
    publishConfig: { access: 'public' },
  }
}

function check(folder: string): void {
  for (const file of globSync('**/*.{js,d.ts}', { cwd: folder })) {
    const line = readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .find((text) => FORBIDDEN.test(text) && !/^\s*(\/\/|\*|\/\*)/.test(text))
    if (line !== undefined) throw new Error(`${file} must not be published with this line: ${line.trim()}`)
  }
}
