// Owns what is not secret of how a source is set up, as the text that is kept in its row.
import type { SourceFields, SourceVerification } from '@timbre/contract/source.ts'

export interface SourceSetup {
  readonly publicUrl: string | null
  readonly agentMap: Readonly<Record<string, string>>
  readonly verification: SourceVerification | null
  readonly fields: SourceFields | null
}

export function writeSetup(setup: SourceSetup): string {
  return JSON.stringify(setup)
}

export function readSetup(text: string): SourceSetup {
  const empty: SourceSetup = { publicUrl: null, agentMap: {}, verification: null, fields: null }
  return { ...empty, ...(JSON.parse(text) as Partial<SourceSetup>) } // written by writeSetup; of a deleted source empty
}
