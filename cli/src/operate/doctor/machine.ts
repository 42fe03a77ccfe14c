// Owns the checks of this machine: Node, the port, the disk and how long its fsync takes.

import { once } from 'node:events'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '@timbre/server/config.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { openFilesMax } from '@timbre/server/platform/open-files.ts'
import { bytesText } from '../bytes-text.ts'
import { type Finding, good, sentenceOf, uncertain, unknown, wrong } from './finding.ts'

const NODE_MIN = 24
const FSYNCS = 20
/** Of one page, which is what a commit writes at least. */
const WRITE_BYTES = 4096
/** A commit waits for one fsync: above this, each publisher waits as long. */
const FSYNC_SLOW_MS = 20
const FREE_BYTES_MIN = 1_000_000_000
const OPEN_FILES_MIN = 4096

export function nodeFinding(): Finding {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= NODE_MIN) return good('Node', `${node}, ${process.execPath}`)
  return wrong(
    'Node',
    `This is ${node}. Install ${NODE_MIN} or newer, or run "npm install node@26" in the folder of Timbre.`,
  )
}

export function filesFinding(): Finding {
  const max = openFilesMax()
  if (max === undefined) return unknown('open files', 'This system does not say how many files a process may open.')
  if (max >= OPEN_FILES_MIN) return good('open files', `${max} at once`)
  return uncertain(
    'open files',
    `${max} at once: connections and receivers share them. Raise it (ulimit -n 65536, LimitNOFILE=).`,
  )
}

export async function portFinding({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Finding> {
  if (port === 0) return good('port', 'any free one')
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return good('port', `${port} of ${host} is free`)
  } catch (error) {
    return portInUse(host, port, error)
  } finally {
    server.close()
  }
}

async function portInUse(host: string, port: number, error: unknown): Promise<Finding> {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code !== 'EADDRINUSE') return wrong('port', `${sentenceOf(error)}. Set TIMBRE_HOST or TIMBRE_PORT to another.`)
  const isTimbre = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/health/live`)
    .then((response) => response.ok)
    .catch(() => false)
  if (isTimbre) return good('port', `A Timbre serves on ${port} of ${host} already`)
  return wrong('port', `${port} of ${host} is in use. Stop what uses it, or set TIMBRE_PORT to another.`)
}

/** Where systemd keeps the time; elsewhere only a database with a clock of its own says whether this one is right. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized'

export function clockFinding(): Finding {
  const time = `${new Date(systemClock.now()).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  if (existsSync(SYNCHRONIZED)) return good('clock', `${time}, kept by NTP`)
  return unknown('clock', `${time}. Receivers refuse signatures that are 5 minutes off: let NTP keep it.`)
}

export function diskFinding({ dataDir }: Pick<Config, 'dataDir'>): Finding {
  const directory = resolve(dataDir)
  const there = existingAbove(directory)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
    const fs = statfsSync(there)
    const free = fs.bavail * fs.bsize
    const [median, slowest] = fsyncMs(there)
    const says = `${directory}${there === directory ? '' : ' (made by the first start)'}: ${bytesText(free)} free; an fsync takes ${median.toFixed(1)} ms, the slowest of ${FSYNCS} ${slowest.toFixed(1)} ms`
    if (free < FREE_BYTES_MIN) return uncertain('disk', `${says}. Make room, or lower TIMBRE_RETENTION_DAYS.`)
    if (median > FSYNC_SLOW_MS) return uncertain('disk', `${says}: each 202 waits for one. Use a local SSD.`)
    return good('disk', says)
  } catch (error) {
    return wrong(
      'disk',
      `${directory} cannot be written to (${sentenceOf(error)}). Let this user write there, or set TIMBRE_DATA_DIR.`,
    )
  }
}

function existingAbove(directory: string): string {
  return existsSync(directory) ? directory : existingAbove(dirname(directory))
}

/** Where the database would be: another folder may be on another disk. */
function fsyncMs(directory: string): readonly [median: number, slowest: number] {
  const folder = mkdtempSync(join(directory, '.timbre-doctor-'))
  try {
    const file = openSync(join(folder, 'fsync'), 'w')
    const times = Array.from({ length: FSYNCS }, () => {
      writeSync(file, Buffer.alloc(WRITE_BYTES))
      const begun = systemClock.monotonic()
      fsyncSync(file)
      return systemClock.monotonic() - begun
    }).sort((a, b) => a - b)
    closeSync(file)
    return [times[FSYNCS >> 1] ?? 0, times.at(-1) ?? 0]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
