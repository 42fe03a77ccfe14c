import { describe, expect, test } from 'vitest'
import { wholeProgram } from '../program.ts'
import { candidates } from './candidates.ts'

const program = await wholeProgram()
const words = (...typed: string[]) => candidates(program, typed).map(({ word }) => word)

describe('completion', () => {
  test('offers commands, and those of a command', () => {
    expect(words('web')).toEqual(['webhooks'])
    expect(words('deliveries', '')).toEqual(expect.arrayContaining(['list', 'show', 'retry']))
    expect(words('')).toEqual(expect.arrayContaining(['start', 'verify', 'apply']))
  })

  test('offers options once a dash is typed, and the values of one that has a list', () => {
    expect(words('deliveries', 'list', '--st')).toEqual(['--status'])
    expect(words('deliveries', 'list', '--status', '')).toEqual(['queued', 'sending', 'success', 'failed'])
    expect(words('simulate', 'call', '--scenario', 'out')).toEqual(['out-of-order'])
  })

  test('offers nothing where a file or a text belongs', () => {
    expect(words('verify', '--secret-file', '')).toEqual([])
    expect(words('webhooks', 'show', 'wh')).toEqual([])
  })
})
