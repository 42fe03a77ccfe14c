// Installs what is missing, so that one command is enough on a fresh clone.
// Plain JavaScript for the system's Node (18 or newer): nothing of ours is installed when it runs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=100']
const stampFile = join(root, 'node_modules', '.prepared')
/** Holds the pid of who installs. Not in node_modules: npm empties it. */
const lockFile = join(root, '.preparing')
const LOCK_LOOKED_AT_EVERY_MS = 300
const LOCK_AGE_MS_MAX = 15 * 60_000
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

/** Two commands on a fresh clone, each in a terminal of its own: the second waits for the first. */
function installOnce() {
  for (let looks = 0; !locked(); looks++) {
    if (looks === 1) console.error('Another command is installing the dependencies; waiting for it …')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_LOOKED_AT_EVERY_MS)
  }
  // Who fails here ends, and is found to have left it behind.
  if (!installed()) install()
  rmSync(lockFile, { force: true })
}

/** Whether this process has the lock now. One that was left behind is removed. */
function locked() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (isLeftBehind()) rmSync(lockFile, { force: true })
    return false
  }
}

function isLeftBehind() {
  try {
    const ageMs = Date.now() - statSync(lockFile).mtimeMs
    // A process may have the pid of one that is long gone.
    if (ageMs > LOCK_AGE_MS_MAX) return true
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

if (!installed()) installOnce()
if (process.argv.includes('--with-sdk')) packSdk()
if (process.argv.includes('--with-dashboard')) buildDashboard()
