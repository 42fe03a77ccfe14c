// Owns the table of tools, for both transports and for the reference.
import type { Tool } from './tool.ts'
import { diagnoseSignature } from './tools/diagnose-signature.ts'
import { EVENT_TYPE_TOOLS } from './tools/event-types.ts'
import { explainFailure } from './tools/explain-failure.ts'
import { find } from './tools/find.ts'
import { LISTS } from './tools/lists.ts'
import { SENDS } from './tools/sends.ts'
import { statistics } from './tools/statistics.ts'

/** Those that are asked for most come first. */
export const TOOLS: readonly Tool[] = [
  find,
  explainFailure,
  statistics,
  ...LISTS,
  ...EVENT_TYPE_TOOLS,
  diagnoseSignature,
  ...SENDS,
]
