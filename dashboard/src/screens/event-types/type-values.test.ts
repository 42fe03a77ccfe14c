import { ConflictError, ValidationError } from '@getsupervisor/agents-studio-sdk'
import { describe, expect, test } from 'vitest'
import { bodyOf, documentsOf, newType, typeFaultsOf, valuesOf } from './type-values.ts'

describe('the form of an event type', () => {
  test('begins with a schema that can be used and an example that it accepts', () => {
    expect(documentsOf(newType())).toMatchObject({ schema: { type: 'object' }, example: { id: '1' } })
  })

  test('says which of its documents is none, and why', () => {
    expect(documentsOf({ schema: '{', example: '' })).toEqual({ fault: { field: 'schema', reason: 'notJson' } })
    expect(documentsOf({ schema: '{}', example: '[]' })).toEqual({ fault: { field: 'example', reason: 'notObject' } })
    expect(documentsOf({ schema: '{"a":1}', example: ' ' })).toEqual({ schema: { a: 1 } })
  })

  test('is what the API takes, with the key as title where there is none', () => {
    const values = { ...newType(), key: 'order.paid', description: ' x ' }
    expect(bodyOf(values, { schema: {} })).toEqual({ title: 'order.paid', description: 'x', schema: {}, example: {} })
    const type = { ...bodyOf(values, { schema: {} }), key: 'order.paid' }
    const times = { createdAt: '', updatedAt: '' }
    expect(valuesOf({ ...type, ...times, isBuiltIn: false, isDeprecated: false })).toMatchObject({
      title: '',
      example: '',
    })
  })

  test('says each fault of the server at its field', () => {
    const issues = [
      { path: '/key', message: 'is wrong' },
      { path: '/example/order', message: 'must be a string' },
    ]
    const refused = new ValidationError({ code: 'INVALID_INPUT', status: 400, message: 'said', details: { issues } })
    expect(typeFaultsOf(refused)).toEqual({ key: 'is wrong', example: '/order must be a string' })
    const exists = new ConflictError({ code: 'EVENT_TYPE_EXISTS', status: 409, message: 'exists' })
    expect(typeFaultsOf(exists)).toEqual({ key: 'exists' })
  })
})
