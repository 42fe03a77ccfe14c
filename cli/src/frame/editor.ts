// Owns editing a value in the editor of the user.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandError } from './command-failure.ts'
import { environment } from './world.ts'

/** The value as JSON in $VISUAL or $EDITOR, and what is there when it ends. What cannot be read is kept, and named. */
export async function edited(value: unknown): Promise<unknown> {
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi'
  const file = join(mkdtempSync(join(tmpdir(), 'timbre-edit-')), 'event.json')
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  // An editor may be a command with options, such as `code --wait`.
  // What else goes on here goes on meanwhile.
  const [status] = await once(spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' }), 'exit')
  if (status !== 0) throw new CommandError(`The editor (${editor}) ended with ${status}. Nothing was sent.`, 'failed')
  try {
    const changed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    rmSync(join(file, '..'), { recursive: true })
    return changed
  } catch (error) {
    throw new CommandError(
      `${file} is no JSON: ${error instanceof Error ? error.message : error}. It is kept; nothing was sent.`,
    )
  }
}
