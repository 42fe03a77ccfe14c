// Owns the signature of a `generic` source: an HMAC that is declared with the source.
import { signByPlan, verifyByPlan } from './hmac-plan.ts'
import type { HmacPlan, ProviderSignature } from './provider-signature.ts'

/** What most own gateways do; all of it can be declared otherwise. */
const PLAN: HmacPlan = {
  algorithm: 'sha256',
  signatureHeader: 'x-signature',
  prefix: '',
  encoding: 'hex',
  timestampHeader: null,
  payloadFormat: '{body}',
  secretIsBase64: false,
  toleranceSeconds: 300,
}

export const genericSignature: ProviderSignature = {
  verify: (request, { secrets, hmac }, now) => verifyByPlan(request, secrets, { ...PLAN, ...hmac }, now),
  sign: (request, { secret, hmac }, now) => signByPlan(request, secret, { ...PLAN, ...hmac }, now),
}
