// Owns what an attack of bench/hostile.ts is. Each is played from a process of its own, against 127.0.0.1 only.
import type { Certificates } from '../../../test/support/certificates.ts'

/** In the order in which they are played. */
export const ATTACKS = [
  'pipelined unread GETs',
  'announced bodies',
  'wrong keys',
  'schema CPU',
  'schema compile',
  'hanging receivers',
  'one-byte chunks',
  'failing origin',
] as const

export type AttackName = (typeof ATTACKS)[number]

export interface AttackTarget {
  readonly address: string
  /** To make the attacker's own workspace with; the attack itself has its key alone, or none. */
  readonly adminKey: string
  /** For receivers of its own, which the server trusts. */
  readonly certificates: Certificates
  /** What never answers. */
  readonly hangUrl: string
}

/** Prepared: it may be started and stopped again and again. */
export interface Attack {
  start(): Promise<void>
  /** What it did since its start, in words. */
  stop(): Promise<string>
}

export type AttackerOrder =
  | { readonly kind: 'prepare'; readonly name: AttackName; readonly target: AttackTarget }
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
