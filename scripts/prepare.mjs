// Installs what is missing, so that one command is enough on a fresh clone.
// Plain JavaScript for the system's Node (18 or newer): nothing of ours is installed when it runs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=50']
const stampFile = join(root, 'node_modules', '.prepared')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

function installed() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted && existsSync(pinnedNode())
}

function pinnedNode() {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
}

function install() {
  console.error('First run: installing the dependencies and the pinned Node (about a minute) …')
  // The system's npm and Node do it: the pinned Node may be the very thing that is being replaced.
  const path = process.env.PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'))
  // --include=dev: the pinned runtime itself is a devDependency, also where NODE_ENV=production is set.
  const result = spawnSync(
    'npm',
    ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      env: { ...process.env, PATH: path.join(delimiter) },
      shell: process.platform === 'win32',
      stdio: ['ignore', 2, 2],
    },
  )
  if (result.status !== 0)
    fail('npm ci failed. Check that the npm registry can be reached, then run the command again.')
  if (!existsSync(pinnedNode()))
    fail('The npm package "node" was not unpacked. Allow its install script: npm install-scripts approve node')
  // Only a start that is quicker and takes less memory depends on it. The cache belongs to the flags of `npm start`.
  spawnSync(pinnedNode(), [...FLAGS, join(root, 'cli', 'bin', 'warm.mjs')], { stdio: ['ignore', 2, 2] })
  writeFileSync(stampFile, wanted)
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** What the server hands out at /sdk.tgz is the SDK of these sources. Without it the server starts all the same. */
function packSdk() {
  const folders = ['sdk', 'sdk/src', 'sdk/src/receiver', 'contract/src'].map((name) => join(root, name))
  const sources = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  const changedAt = Math.max(...[...folders, ...sources].map((file) => statSync(file).mtimeMs))
  const packed = join(root, 'server', 'sdk.tgz')
  if (existsSync(packed) && statSync(packed).mtimeMs > changedAt) return
  const { status } = spawnSync(pinnedNode(), [join(root, 'scripts', 'sdk-pack.ts'), '--for-server'], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) console.error('The SDK could not be packed: GET /sdk.tgz will be 404 until npm run sdk:pack works.')
}

/** The dashboard that the server shows at /, built once for these sources. Without it / leads to the docs. */
function buildDashboard() {
  const sources = ['dashboard', 'sdk/src', 'contract/src'].flatMap((folder) => filesBelow(join(root, folder)))
  const hash = createHash('sha256').update(wanted)
  for (const file of sources.sort()) hash.update(file.slice(root.length)).update(readFileSync(file))
  const name = hash.digest('hex')
  const stamp = join(root, 'server', 'dashboard', 'built-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === name) return
  console.error('Building the dashboard (some seconds, once for these sources) …')
  const { status } = spawnSync(pinnedNode(), [join(root, 'scripts', 'dashboard-build.ts'), name], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) console.error('The dashboard could not be built: GET / leads to /docs until it is.')
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path)
    return [path]
  })
}

if (!installed()) install()
if (process.argv.includes('--with-sdk')) packSdk()
if (process.argv.includes('--with-dashboard')) buildDashboard()
