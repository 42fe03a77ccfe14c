// Owns sources for tests of the API: making one, and posting what its provider would post.

import type { SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { signedBy, TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import type { SourceKind } from '@timbre/contract/source.ts'
import { expect } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import type { ApiUnderTest } from './test-api.ts'

export const PUBLIC_URL = 'https://hooks.example.com'

export async function makeSource(api: ApiUnderTest, kind: SourceKind, more: object = {}) {
  const body = { name: kind, kind, secret: TEST_SECRETS[kind], publicUrl: PUBLIC_URL, ...more }
  const made = await api.call({ method: 'POST', url: '/v1/sources', body })
  expect(made.status, made.text).toBe(201)
  return made.body as { readonly id: string; readonly url: string } // it was made
}

export function signed(kind: SourceKind, url: string, payload: Readonly<Record<string, unknown>>, secret?: string) {
  return signedBy({ kind, url, payload, now: systemClock.now(), ...(secret === undefined ? {} : { secret }) })
}

/** As the provider does: without a key. */
export function post(api: ApiUnderTest, { url, headers, body }: SourceRequest, more: Record<string, string> = {}) {
  const { pathname, search } = new URL(url)
  const all = { ...headers, ...more } as Record<string, string> // signers leave none undefined
  const nobody = { key: null, workspace: null }
  return api.send({ ...nobody, method: 'POST', url: pathname + search, headers: all, body: Buffer.from(body) })
}
