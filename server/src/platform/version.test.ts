// Owns the guarantee that the version is the package's.
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { VERSION } from './version.ts'

test('the version is that of the package, in the form of semantic versions', () => {
  expect(VERSION).toBe(manifest.version)
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/)
})
