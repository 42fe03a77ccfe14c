// Owns the guarantees of the sentences about ports: they name the port and the setting.
import { expect, test } from 'vitest'
import { portFault } from './port-fault.ts'

const WANTED = { host: '127.0.0.1', port: 80, metricsPort: 9464 }
const fault = (code: string, port: number) => portFault(Object.assign(new Error(code), { code, port }), WANTED)?.message

test('a port that is in use, or not for this user, is named with its setting', () => {
  expect(fault('EADDRINUSE', 80)).toBe(
    'Port 80 of 127.0.0.1 is in use. Stop what uses it, or set TIMBRE_PORT to another port. Nothing was made.',
  )
  expect(fault('EADDRINUSE', 9464)).toContain('set TIMBRE_METRICS_PORT to another')
  expect(fault('EACCES', 80)).toBe('This user may not listen on port 80. Set TIMBRE_PORT to one above 1023.')
  expect(fault('EADDRNOTAVAIL', 80)).toBe('TIMBRE_HOST is "127.0.0.1", which is no address of this machine.')
})

test('any other fault is left to whoever knows it', () => {
  expect(fault('EMFILE', 80)).toBeUndefined()
  expect(portFault(new Error('other'), WANTED)).toBeUndefined()
})
