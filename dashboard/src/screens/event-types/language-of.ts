// Owns in which language the texts of an event type are.
import type { EventType } from '@getsupervisor/agents-studio-sdk'

/** The catalogue is in English, as the names of its fields are; what a workspace wrote may be in any. */
export function languageOf({ isBuiltIn }: Pick<EventType, 'isBuiltIn'>): 'en' | undefined {
  return isBuiltIn ? 'en' : undefined
}
