// Owns the packages of a release: the SDK, the server and the command, each as the file that `npm publish` takes.
// Must never name a version that is not in a package.json, nor pack anything that a test or a build alone needs.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repositoryOfClone } from '../build-sdk.ts'
import { buildDashboard } from '../dashboard-build.ts'
import { packSdk } from '../sdk-pack.ts'
import { COMMAND_PACKAGE, emitProgram, type Part, type Program, SDK_PACKAGE, SERVER_PACKAGE } from './emit-program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ENTRY = 'cli/bin/timbre.mjs'
const NODE_MIN = '>=24'

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

/** What each package is outside; `sources` are the workspaces whose dependencies it takes over. */
const PARTS: Readonly<Record<Part, { sources: readonly [string, ...string[]]; head: object; tail: object }>> = {
  server: {
    sources: ['server', 'contract', 'mcp'],
    head: { name: SERVER_PACKAGE, description: 'The server of Timbre: webhooks, signed and delivered at least once.' },
    tail: { exports: { './contract/*': './contract/*', './mcp/*': './mcp/*', './*': './src/*' } },
  },
  command: {
    sources: ['cli'],
    head: {
      name: COMMAND_PACKAGE,
      description: 'Timbre delivers webhooks for voice-agent telephony: npx timbre start.',
    },
    tail: { bin: { timbre: 'bin/timbre.mjs' } },
  },
}

/** Which of the others each needs. */
const OURS: Readonly<Record<Part, readonly string[]>> = {
  server: [SDK_PACKAGE],
  command: [SDK_PACKAGE, SERVER_PACKAGE],
}

/** The version that all packages have. */
export const RELEASE_VERSION = manifestOf('cli').version

/**
 * Packs them into a folder that exists.
 * @returns their files there, in the order in which they are published: what another needs comes first
 */
export async function packPackages(into: string): Promise<readonly string[]> {
  const sdk = await packSdk(into)
  const folder = mkdtempSync(join(tmpdir(), 'timbre-release-'))
  try {
    const program = emitProgram(ROOT, [ENTRY])
    for (const part of ['server', 'command'] as const) stage(part, program, join(folder, part))
    copyFileSync(sdk, join(folder, 'server', 'sdk.tgz'))
    await buildDashboard(join(folder, 'server', 'dashboard'), RELEASE_VERSION)
    return [sdk, pack(join(folder, 'server'), into), pack(join(folder, 'command'), into)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function stage(part: Part, program: Program, folder: string): void {
  for (const [path, text] of program.files[part]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
  const manifest = packageManifest(part, program.packages[part])
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  copyFileSync(join(ROOT, PARTS[part].sources[0], 'README.md'), join(folder, 'README.md'))
  // `timbre migrate --check` refers to it.
  if (part === 'command') copyFileSync(join(ROOT, 'CHANGELOG.md'), join(folder, 'CHANGELOG.md'))
}

function packageManifest(part: Part, imported: ReadonlySet<string>): object {
  const { sources, head, tail } = PARTS[part]
  const repository = repositoryOfClone()
  return {
    ...head,
    version: RELEASE_VERSION,
    license: 'Apache-2.0',
    ...(repository === undefined ? {} : { repository: { type: 'git', url: repository, directory: sources[0] } }),
    type: 'module',
    engines: { node: NODE_MIN },
    ...tail,
    dependencies: dependenciesOf(part, imported),
    publishConfig: { access: 'public' },
  }
}

/** Those of its workspaces, exactly; ours under the names that they have outside. */
function dependenciesOf(part: Part, imported: ReadonlySet<string>): Readonly<Record<string, string>> {
  const declared = Object.assign({}, ...PARTS[part].sources.map((workspace) => manifestOf(workspace).dependencies))
  const missing = [...imported].filter((name) => declared[name] === undefined)
  if (missing.length > 0) throw new Error(`${part}: imported and not among the dependencies: ${missing.join(', ')}`)
  const ofOthers = Object.entries<string>(declared).filter(([name]) => !/^@(timbre|getsupervisor)\//.test(name))
  const ours = OURS[part].map((name) => [name, RELEASE_VERSION] as const)
  return Object.fromEntries([...ours, ...ofOthers].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function manifestOf(workspace: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, workspace, 'package.json'), 'utf8'))
}

function pack(folder: string, into: string): string {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', into]
  const isWindows = process.platform === 'win32'
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8', shell: isWindows }))
  return join(into, packed.filename)
}
