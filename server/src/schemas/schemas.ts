// Owns the schemas that workspaces wrote, for the rest of the server: whether one can be used, and what it says of a value.
// Must never run one for longer than a few milliseconds on this thread, nor let a workspace hold up another.
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import { InlineSchemas } from './inline-schemas.ts'
import { SchemaHandle } from './schema-handle.ts'
import { SchemaRequest } from './schema-request.ts'
import { SchemaThreads } from './worker/schema-threads.ts'

export type { SchemaReason } from './keyword.ts'
export { SchemaHandle } from './schema-handle.ts'
export type { SchemaRequest } from './schema-request.ts'

export interface SchemasDependencies {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'afterTick'>
  /** A thread that validates has ended and is begun anew. */
  readonly onThreadDeath: (error: Error) => void
}

export class Schemas {
  readonly #inline: InlineSchemas
  readonly #threads: SchemaThreads

  constructor({ clock, loop, onThreadDeath }: SchemasDependencies) {
    this.#inline = new InlineSchemas(loop)
    this.#threads = new SchemaThreads({ clock, onDeath: onThreadDeath })
  }

  /** Resolves when the schema can be used. Throws INVALID_EVENT_TYPE_SCHEMA. */
  async check(workspaceId: string, document: object): Promise<SchemaHandle> {
    const handle = new SchemaHandle(document)
    await this.#inline.compile(workspaceId, handle)
    return handle
  }

  /** One request of a workspace: what it validates shares one budget. */
  request(workspaceId: string): SchemaRequest {
    return new SchemaRequest({ inline: this.#inline, threads: this.#threads }, workspaceId)
  }

  /** Ends the threads. What waits for them gets no verdict. */
  stop(): Promise<void> {
    return this.#threads.stop()
  }
}
