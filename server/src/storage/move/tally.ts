// Owns counts and checksums of rows, per table and workspace, whatever the order in which they come.
import { hash } from 'node:crypto'
import { type MovedRow, type MovedTable, workspaceOf } from './moved-tables.ts'

export interface TallyLine {
  readonly table: string
  readonly workspaceId: string
  readonly count: number
  /** The sum, in 64 bits, of 64 bits of the SHA-1 of each row as JSON: 16 hexadecimal digits. */
  readonly checksum: string
}

export class Tally {
  readonly #sums = new Map<string, { table: string; workspaceId: string; count: number; sum: bigint }>()

  add(table: MovedTable, rows: readonly MovedRow[]): void {
    for (const row of rows) {
      const workspaceId = workspaceOf(table, row)
      const key = keyOf(table.name, workspaceId)
      let entry = this.#sums.get(key)
      if (entry === undefined) {
        entry = { table: table.name, workspaceId, count: 0, sum: 0n }
        this.#sums.set(key, entry)
      }
      entry.count++
      entry.sum = BigInt.asUintN(64, entry.sum + hash('sha1', JSON.stringify(row), 'buffer').readBigUInt64BE(0))
    }
  }

  lines(): TallyLine[] {
    return [...this.#sums.values()].map(({ sum, ...same }) => ({
      ...same,
      checksum: sum.toString(16).padStart(16, '0'),
    }))
  }
}

export interface TallyDifference {
  readonly table: string
  readonly workspaceId: string
  readonly source: TallyLine | undefined
  readonly target: TallyLine | undefined
}

/** The lines that are not the same on both sides. */
export function differences(source: readonly TallyLine[], target: readonly TallyLine[]): TallyDifference[] {
  const ofSource = new Map(source.map((line) => [keyOf(line.table, line.workspaceId), line]))
  const ofTarget = new Map(target.map((line) => [keyOf(line.table, line.workspaceId), line]))
  return [...new Set([...ofSource.keys(), ...ofTarget.keys()])].flatMap((key) => {
    const [a, b] = [ofSource.get(key), ofTarget.get(key)]
    const { table, workspaceId } = a ?? b ?? { table: '', workspaceId: '' }
    return a?.count === b?.count && a?.checksum === b?.checksum ? [] : [{ table, workspaceId, source: a, target: b }]
  })
}

function keyOf(table: string, workspaceId: string): string {
  return `${table} ${workspaceId}`
}
