import { expect, test } from 'vitest'
import { typescriptOf, typescriptOfOne } from './typescript.ts'

const ORDER = {
  key: 'order.paid',
  title: 'Order */ paid',
  schema: {
    type: 'object',
    required: ['order', 'the-rest'],
    properties: {
      order: { type: 'string', description: 'Its\nnumber' },
      state: { enum: ['new', 'paid', null] },
      lines: { type: 'array', items: { type: ['integer', 'null'] } },
      'the-rest': { type: 'object', additionalProperties: { type: 'boolean' } },
      strange: { $ref: '#/elsewhere' },
    },
    additionalProperties: false,
  },
}

test('the type of an event says what its schema says, and unknown where a type cannot', () => {
  expect(typescriptOfOne(ORDER)).toBe(`/** Order *\\/ paid */
export type OrderPaidData = {
  /** Its number */
  order: string
  state?: "new" | "paid" | null
  lines?: Array<number | null>
  "the-rest": {
    [name: string]: boolean
  }
  strange?: unknown
}`)
})

test('a module has the type of each event, and one from keys to them', () => {
  const text = typescriptOf([ORDER, { key: '3d.done', title: '', schema: {} }])
  expect(text).toContain('export type T3dDoneData = unknown\n')
  expect(text).toMatch(
    /export interface EventDataByType \{\n {2}"order.paid": OrderPaidData\n {2}"3d.done": T3dDoneData\n\}\n$/,
  )
})
