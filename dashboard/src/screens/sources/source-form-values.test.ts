import { type Source, ValidationError } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { emptySourceForm, sourceBodyOf, sourceFaultsOf, sourceFormOf, unreadableSource } from './source-form-values.ts'

const AGENT = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const form = emptySourceForm('https://timbre.example.com')

test('a form begins with where this page is, unless no provider could reach that', () => {
  expect(form.publicUrl).toBe('https://timbre.example.com')
  expect(emptySourceForm('http://127.0.0.1:8080').publicUrl).toBe('')
})

test('what was read goes back as it was; a key that is not typed is left as it is kept', () => {
  const values = {
    name: 'n',
    publicUrl: null,
    agentMap: { '+12137771234': AGENT },
    verification: { prefix: 'v1=' },
    fields: null,
  }
  const body = sourceBodyOf(sourceFormOf({ ...values, kind: 'vapi' } as unknown as Source))
  expect(body).toEqual(values)
  expect(sourceBodyOf({ ...form, apiKey: ' k ' })).toMatchObject({ apiKey: 'k' })
  expect(sourceBodyOf({ ...form, agents: [{ key: 0, theirs: ' ', ours: '' }] }).agentMap).toEqual({})
})

test('what is no JSON object is told before anybody is asked', () => {
  expect(unreadableSource(form)).toBeUndefined()
  expect(unreadableSource({ ...form, verification: '[1]' })).toBe('verification')
  expect(unreadableSource({ ...form, fields: '{' })).toBe('fields')
})

test('what the server says stands at its field', () => {
  const details = {
    issues: [
      { path: '/agentMap/agent_1', message: 'is no id' },
      { path: '/publicUrl', message: 'must be' },
    ],
  }
  const error = new ValidationError({ code: 'INVALID_INPUT', status: 400, message: 'm', details })
  expect(sourceFaultsOf(error)).toEqual({ agents: 'agent_1: is no id', publicUrl: 'must be' })
  expect(sourceFaultsOf(null)).toEqual({})
})
