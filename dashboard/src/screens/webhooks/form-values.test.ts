import { ConnectionError, ValidationError } from '@getsupervisor/agents-studio-sdk'
import { describe, expect, test } from 'vitest'
import { bodyOf, emptyForm, faultsOf, unreadable } from './form-values.ts'

const refusal = (code: string, issues: readonly object[] = []) =>
  new ValidationError({ code, status: 400, message: 'said', details: { issues } })

describe('the form of a webhook', () => {
  test('is what the API takes', () => {
    const headers = [
      { key: 0, name: ' X-A ', value: 'b' },
      { key: 1, name: '', value: 'left empty' },
    ]
    expect(bodyOf({ ...emptyForm(), url: ' https://a.b/ ', rate: '5', schedule: '0, 5,300', headers })).toEqual({
      url: 'https://a.b/',
      description: null,
      agentId: null,
      ordering: 'none',
      rateLimitPerSecond: 5,
      retrySchedule: [0, 5, 300],
      headers: { 'X-A': 'b' },
    })
  })

  test('asks nothing where no number can be made of the text', () => {
    expect(unreadable({ ...emptyForm(), rate: '1e3' })).toBe('rate')
    expect(unreadable({ ...emptyForm(), schedule: '0; 5' })).toBe('schedule')
    expect(unreadable({ ...emptyForm(), rate: '5', schedule: '0, 5' })).toBeUndefined()
  })

  test('says each fault of the server at its field', () => {
    expect(faultsOf(refusal('URL_NOT_ALLOWED'))).toEqual({ url: 'said' })
    const issues = [
      { path: '/rateLimitPerSecond', message: 'too much' },
      { path: '/retrySchedule/1', message: 'too short' },
      { path: '/retrySchedule/2', message: 'too long' },
      { path: '/strange', message: 'unknown' },
    ]
    expect(faultsOf(refusal('INVALID_INPUT', issues))).toEqual({
      rate: 'too much',
      schedule: '1: too short 2: too long',
      '': 'unknown',
    })
    expect(faultsOf(new ConnectionError({ code: 'CONNECTION_FAILED', status: 0, message: 'gone' }))).toEqual({
      '': 'gone',
    })
  })
})
