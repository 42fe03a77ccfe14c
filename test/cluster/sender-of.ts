// Owns finding out which process is at the other end of a connection to a port of this machine, from Linux's /proc.
// Elsewhere nobody knows: duplicates are then explained by their time only.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** @returns the one of the given processes that owns the end of the connection with this port, or undefined */
export function senderOf(remotePort: number, receiverPort: number, pids: readonly number[]): number | undefined {
  try {
    const inode = inodeOf(remotePort, receiverPort)
    return inode === undefined ? undefined : pids.find((pid) => holds(pid, inode))
  } catch {
    return undefined
  }
}

/** A line of /proc/net/tcp (proc(5)): number, local and remote address, state, queues, timer, retransmits, user, timeout, inode. */
function inodeOf(localPort: number, remotePort: number): string | undefined {
  const ends = [localPort, remotePort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'))
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, local = '', remote = '', , , , , , , inode] = line.trim().split(/\s+/)
    if (local.endsWith(`:${ends[0]}`) && remote.endsWith(`:${ends[1]}`)) return inode
  }
  return undefined
}

function holds(pid: number, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`)
  } catch {
    return false // the process is gone
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined // closed meanwhile
  }
}
