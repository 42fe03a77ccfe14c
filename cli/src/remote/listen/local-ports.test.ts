import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { listens, portsOfProc, receiverPorts } from './local-ports.ts'
import { receiverOption } from './receiver-url.ts'

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

async function listening(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

test('ports are read as the system says them: on loopback or anywhere, and no connection', () => {
  const four = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0100007F:0BB9 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
   3: 0A01A8C0:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4 1 0 100 0 0 10 0
`
  const six = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:1435 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000
`
  expect([...portsOfProc(four, six).values()]).toEqual([
    { port: 3000, host: '127.0.0.1' },
    { port: 8080, host: '127.0.0.1' },
    { port: 5173, host: '[::1]' },
  ])
})

test('a port that listens is found, and not where it is the server', async () => {
  const port = await listening()
  expect(await listens(new URL(`http://127.0.0.1:${port}/hook`))).toBe(true)
  if (process.platform !== 'linux') return
  expect((await receiverPorts()).map((one) => one.port)).toContain(port)
  expect((await receiverPorts([port])).map((one) => one.port)).not.toContain(port)
})

describe('a receiver', () => {
  test.each([
    ['3000', 'http://127.0.0.1:3000/'],
    [':3000/hook', 'http://127.0.0.1:3000/hook'],
    ['3000/hook?a=b', 'http://127.0.0.1:3000/hook?a=b'],
    ['localhost:3000/hook', 'http://localhost:3000/hook'],
    ['localhost', 'http://localhost/'],
    ['https://localhost:3443/', 'https://localhost:3443/'],
    ['[::1]:5173', 'http://[::1]:5173/'],
  ])('%s is %s', (text, url) => {
    expect(String(receiverOption(text))).toBe(url)
  })

  test.each(['nonsense', 'ftp://localhost/', '', '70000', 'http://'])('%j is none', (text) => {
    expect(() => receiverOption(text)).toThrow('It must be a URL')
  })
})
