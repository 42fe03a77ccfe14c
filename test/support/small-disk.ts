// Owns a disk of a few megabytes that a test can fill, grow and make read-only: a tmpfs, which needs root.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class SmallDisk {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** undefined where this user may not mount: the caller prints that. */
  static mount(megabytes: number): SmallDisk | undefined {
    const path = mkdtempSync(join(tmpdir(), 'timbre-disk-'))
    if (run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) return new SmallDisk(path)
    rmdirSync(path)
    return undefined
  }

  resize(megabytes: number): void {
    run('mount', '-o', `remount,size=${megabytes}m`, this.path)
  }

  makeReadOnly(): void {
    run('mount', '-o', 'remount,ro', this.path)
  }

  unmount(): void {
    run('umount', this.path)
    rmdirSync(this.path)
  }
}

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0
}
