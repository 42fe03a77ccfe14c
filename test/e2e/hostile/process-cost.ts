// Owns what a process takes of the machine, as Linux tells it.
import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessCost {
  readonly residentMib: number
  readonly openFiles: number
}

export function processCost(pid: number): ProcessCost {
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { residentMib: Number(resident) / 1024, openFiles: readdirSync(`/proc/${pid}/fd`).length }
}
