import type { EventType, Webhook } from '@getsupervisor/agents-studio-sdk'
import { describe, expect, test } from 'vitest'
import type { CommandError } from '../../frame/command-failure.ts'
import { nameIn, type PresentWebhook, withName } from './configuration.ts'
import { ConfigurationFile } from './configuration-file.ts'
import { exportedConfiguration } from './exported.ts'
import { planOf } from './plan.ts'

const TIME = '2025-08-19T16:00:00.000Z'
const uuid = (nth: number) => `01990f2e-5400-7b31-9c4d-2f6a8e1b0c${String(nth).padStart(2, '0')}`

function webhook(nth: number, fields: Partial<Webhook> = {}, events: readonly string[] = []): PresentWebhook {
  return {
    webhook: {
      id: uuid(nth),
      agentId: null,
      url: `https://example.com/${nth}`,
      description: null,
      isActive: true,
      headers: {},
      ordering: 'none',
      rateLimitPerSecond: null,
      retrySchedule: null,
      ...fields,
    } as Webhook, // what a plan does not look at is left out
    subscriptions: events.map((eventKey, index) => ({
      id: uuid(50 + index),
      webhookId: uuid(nth),
      eventKey,
      isActive: true,
      createdAt: TIME,
      updatedAt: TIME,
    })),
  }
}

const type = (key: string, isBuiltIn: boolean, fields: Partial<EventType> = {}): EventType => ({
  key,
  title: key,
  description: '',
  schema: {},
  example: {},
  isDeprecated: false,
  isBuiltIn,
  createdAt: null,
  updatedAt: null,
  ...fields,
})
const BUILT_IN = [type('call.completed', true), type('call.error', true)]

function plan(text: string, webhooks: readonly PresentWebhook[], { prune = false, types = BUILT_IN } = {}) {
  return planOf(new ConfigurationFile('w.yaml', text).wanted(), { webhooks, eventTypes: types }, prune)
}

describe('a plan', () => {
  test('makes what is not there, types before webhooks', () => {
    const { changes } = plan(
      'webhooks: [{name: crm, url: "https://a.example", events: [order.paid]}]\neventTypes: [{key: order.paid}]',
      [],
    )
    expect(changes).toMatchObject([
      { kind: 'create-type', type: { key: 'order.paid' } },
      { kind: 'create-webhook', fields: { url: 'https://a.example', description: '[crm]' } },
    ])
  })

  test('changes only what the file says, and says before and after', () => {
    const there = [webhook(1, { description: 'The CRM [crm]', ordering: 'call' }, ['call.completed'])]
    const { changes, left } = plan('webhooks: [{name: crm, url: "https://b.example", events: [call.error]}]', there)
    expect(changes).toMatchObject([
      {
        kind: 'update-webhook',
        differences: [{ field: 'url', before: 'https://example.com/1', after: 'https://b.example' }],
        added: ['call.error'],
        removed: [],
      },
    ])
    expect(left).toEqual(['subscription to call.completed of https://example.com/1'])
  })

  test('gives a webhook that is found by its url the name of the file', () => {
    const { changes } = plan('webhooks: [{name: crm, url: "https://example.com/1"}]', [
      webhook(1, { description: 'A' }),
    ])
    expect(changes).toMatchObject([{ differences: [{ field: 'description', after: 'A [crm]' }] }])
  })

  test('removes with prune alone', () => {
    const there = [webhook(1, {}, ['call.completed', 'call.error']), webhook(2)]
    const types = [...BUILT_IN, type('order.paid', false)]
    const text = 'webhooks: [{url: "https://example.com/1", events: [call.error]}]'
    expect(plan(text, there, { types }).changes).toEqual([])
    expect(plan(text, there, { types, prune: true }).changes).toMatchObject([
      { kind: 'update-webhook', removed: [{ eventKey: 'call.completed' }] },
      { kind: 'delete-webhook', present: { webhook: { id: uuid(2) } } },
      { kind: 'delete-type', key: 'order.paid' },
    ])
  })

  test('of what was exported is empty, whatever there is', () => {
    const there = [
      webhook(1, { description: 'A [one]', headers: { 'X-A': 'b' }, retrySchedule: [0, 5] }, ['call.error']),
      webhook(2, { url: 'https://example.com/same', isActive: false }, []),
      webhook(3, { url: 'https://example.com/same', description: 'B', rateLimitPerSecond: 5 }),
      webhook(4, { description: '[four]', ordering: 'call' }),
      webhook(5, { description: 'x [twice]' }),
      webhook(6, { description: 'y [twice]', url: 'https://example.com/other' }),
    ]
    const types = [...BUILT_IN, type('order.paid', false, { schema: { type: 'object' }, isDeprecated: true })]
    const text = JSON.stringify(exportedConfiguration({ webhooks: there, eventTypes: types }))
    for (const prune of [false, true]) expect(plan(text, there, { types, prune })).toEqual({ changes: [], left: [] })
  })

  test('never exports the mask of a header as its value', () => {
    const masked = exportedConfiguration({ webhooks: [webhook(1, { headers: { 'X-A': '********' } })], eventTypes: [] })
    expect(JSON.stringify(masked)).not.toContain('*')
  })
})

describe('a name', () => {
  test.each([
    [null, undefined, null],
    ['A [crm]', 'crm', 'A'],
    ['[crm]', 'crm', null],
    ['A [not a name]', undefined, 'A [not a name]'],
    ['A [1] b', undefined, 'A [1] b'],
  ])('in %j is %j', (description, name, text) => {
    expect(nameIn(description)).toEqual(name === undefined ? { text } : { name, text })
    expect(withName(text, name)).toBe(description)
  })
})

describe('an error', () => {
  test.each([
    ['webhooks:\n  - url: "https://a.example\n', 'w.yaml:3: Missing closing'],
    [
      'webhooks:\n  - url: https://a.example\n    events:\n      - call.completed\n      - call.eror\n',
      'w.yaml:5: There is no event type call.eror. Did you mean call.error?',
    ],
    [
      'webhooks:\n  - url: https://a.example\n    orderng: call\n',
      'w.yaml:3: There is no orderng here. Did you mean ordering?',
    ],
    [
      'webhooks:\n  - url: https://a.example\n    eventKeys: []\n',
      'w.yaml:3: There is no eventKeys here. Did you mean events?',
    ],
    ['webhook: []\n', 'w.yaml:1: There is no webhook here. Did you mean webhooks?'],
    ['webhooks:\n  url: x\n', 'w.yaml:1: Here must be a list'],
    ['# nothing\n\nwebhooks:\n  - events: [call.error]\n', 'w.yaml:4: This webhook has no url'],
    ['eventTypes:\n  - key: call.error\n', 'w.yaml:2: call.error is built in'],
    [
      'webhooks:\n  - url: a\n  - url: https://example.com/1\n  - url: https://example.com/1\n',
      'w.yaml:4: This webhook is in the file twice',
    ],
    ['webhooks:\n  - url: https://example.com/1\n    url: b\n', 'w.yaml:3: Map keys must be unique'],
    [
      'webhooks:\n  - id: wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T\n',
      'w.yaml:2: There is no webhook wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T',
    ],
    ['webhooks:\n  - name: a b\n', 'w.yaml:2: A name has'],
    ['- a\n', 'w.yaml:1: Here must be webhooks: and eventTypes:'],
  ])('in %j names its line', (text, said) => {
    // As `timbre apply` tells it.
    let message = ''
    try {
      plan(text, [webhook(1)])
    } catch (error) {
      const { path } = error as { path?: string }
      const shown =
        path === undefined
          ? (error as CommandError)
          : new ConfigurationFile('w.yaml', text).error(path, (error as Error).message)
      message = shown.message
    }
    expect(message).toContain(said)
  })
})
