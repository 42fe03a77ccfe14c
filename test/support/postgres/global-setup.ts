// Owns the PostgreSQL that all test files of a run share: each makes databases of its own in it.
import type { TestProject } from 'vitest/node'
import { startTestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string
    /** What the end-to-end tests run on. */
    readonly backend: 'sqlite' | 'postgres'
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  console.log(`Backends under test: SQLite (node:sqlite), ${server.description}`)
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
