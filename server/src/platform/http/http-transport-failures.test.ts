// Owns the guarantees of sending about the ways in which no response comes, against real servers on this machine.
// Must never reach beyond 127.0.0.1 and ::1.

import { type CertificateFault, certificateFaultOf } from '@timbre/contract/certificate-faults.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { makeAuthority, makeCertificates, makeLeaf, type Signed } from '../../../../test/support/certificates.ts'
import {
  NO_RESPONSE,
  plainReceiverWith,
  post,
  receiverWith,
  send,
  stopAll,
  tcpServer,
  tlsServer,
  transportWith,
} from '../../../../test/support/transport-rig.ts'

const CLOSING = { connection: 'close' }

afterEach(stopAll)

describe('no response', () => {
  test.each([
    ['garbage instead of HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nab'],
    ['a flood of interim responses', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(5000)],
  ])('%s is an invalid response', async (_, bytes) => {
    const port = await tlsServer((socket) => socket.write(bytes))
    const outcome = await post(transportWith({ timeoutMs: 3000 }), `https://localhost:${port}/`)
    expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'invalid_response', error: expect.stringContaining('HTTP') })
  })

  test.each([
    ['that speaks HTTP/2 only', { ALPNProtocols: ['h2'] }, 'HTTP/2 only'],
    [
      'that asks for a client certificate',
      { requestCert: true, rejectUnauthorized: true },
      'asks for a client certificate',
    ],
    [
      'that asks for one over TLS 1.2',
      { requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' as const },
      'may ask for a client certificate',
    ],
  ])('a receiver %s is named, with what to do', async (_, options, words) => {
    const port = await tlsServer((socket) => socket.end(), options)
    const outcome = await post(transportWith(), `https://localhost:${port}/`)
    expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'tls_failed', error: expect.stringContaining(words) })
  })

  test('a connection that is cut before the response, or in its midst, is a reset', async () => {
    const receiver = await receiverWith({ script: () => ({ reset: 'before_answer' }) })
    const plain = await plainReceiverWith({ script: () => ({ reset: 'before_answer' }) })
    const transport = transportWith()
    const before = await post(transport, receiver.url())
    expect(before).toMatchObject({ ...NO_RESPONSE, kind: 'connection_reset', remoteAddress: '127.0.0.1' })
    expect(before.timings.firstByte).toBeNull()
    expect(await post(transport, plain.url())).toMatchObject({ ...NO_RESPONSE, kind: 'connection_reset' })
    for (const each of [receiver, plain]) {
      for (const headers of [
        { 'content-length': '100' },
        { connection: 'close', 'content-length': '100' },
        {},
        CLOSING,
      ]) {
        each.answer({ reset: 'mid_answer', headers })
        // What came of the response is evidence, and the attempt has failed all the same.
        expect(await post(transport, each.url())).toMatchObject({
          kind: 'connection_reset',
          responseStatus: 200,
          responseHeaders: { ...headers, date: expect.any(String) },
          responseBody: 'half',
          error: expect.stringContaining('before the whole answer'),
        })
      }
    }
    expect(receiver.count).toBe(5)
    expect(plain.count).toBe(5)
  })

  test('is never made up for by a hidden second request on a connection that was closed while idle', async () => {
    const receiver = await receiverWith({
      script: (_, nth) => (nth === 1 ? { body: 'ok' } : { reset: 'before_answer' }),
    })
    const transport = transportWith()
    expect(await post(transport, receiver.url())).toMatchObject({ kind: 'answered' })
    const second = await post(transport, receiver.url())
    expect(second).toMatchObject({ kind: 'connection_reset', timings: { connect: null } })
    expect(receiver.count).toBe(2)
  })

  test('a response that becomes invalid behind its headers keeps its status and headers', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-a: b\r\n\r\n2\r\nok\r\nzz\r\n'
    const port = await tlsServer((socket) => socket.write(bytes))
    expect(await post(transportWith(), `https://localhost:${port}/`)).toMatchObject({
      kind: 'invalid_response',
      responseStatus: 200,
      responseHeaders: { 'x-a': 'b' },
      responseBody: 'ok',
    })
  })

  test('a port where nothing listens refuses the connection', async () => {
    const receiver = await receiverWith()
    const url = receiver.url()
    await receiver.stop()
    const outcome = await post(transportWith(), url)
    expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'connection_refused', remoteAddress: null })
    expect(outcome.timings).toEqual({ dns: null, connect: null, tls: null, firstByte: null })
  })

  test('a certificate of an unknown authority, or for another host, fails the handshake', async () => {
    const receiver = await receiverWith()
    const stranger = await makeCertificates()
    const untrusted = await post(transportWith({ ca: stranger.ca }), receiver.url())
    expect(untrusted).toMatchObject({ ...NO_RESPONSE, kind: 'tls_failed', timings: { tls: null } })
    expect(untrusted.error).toMatch(/authority/)
    expect(untrusted.timings.connect).not.toBeNull()

    const other = await makeCertificates(['other.example'])
    const misnamed = await receiverWith({ certificates: other })
    for (const host of ['localhost', '127.0.0.1']) {
      expect(await post(transportWith({ ca: other.ca }), misnamed.url('/', host))).toMatchObject({
        kind: 'tls_failed',
        error: expect.stringContaining('not valid for the host in the url'),
      })
    }
    expect(receiver.count + misnamed.count).toBe(0)
  })

  test('what is wrong with a certificate is told apart', async () => {
    const hosts = ['localhost']
    const [root, stranger] = [await makeAuthority(), await makeAuthority()]
    const intermediate = await makeAuthority(root)
    const chain = (leaf: Signed, ...above: readonly Signed[]): Signed => ({
      key: leaf.key,
      cert: [leaf, ...above].map(({ cert }) => cert).join('\n'),
    })
    const faulty: Record<CertificateFault, Signed> = {
      certificate_expired: await makeLeaf(hosts, root, [-9, -1]),
      certificate_not_yet_valid: await makeLeaf(hosts, root, [1, 9]),
      certificate_wrong_host: await makeLeaf(['other.example'], root),
      certificate_self_signed: await makeLeaf(hosts, undefined),
      certificate_unknown_authority: chain(await makeLeaf(hosts, stranger), stranger),
      certificate_chain_incomplete: await makeLeaf(hosts, intermediate),
    }
    const transport = transportWith({ ca: root.cert })
    const found: Record<string, CertificateFault | null> = {}
    for (const [fault, signed] of Object.entries(faulty)) {
      const port = await tlsServer((socket) => socket.end(), signed)
      const outcome = await post(transport, `https://localhost:${port}/`)
      expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'tls_failed' })
      found[fault] = certificateFaultOf(outcome.error)
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(faulty).map((fault) => [fault, fault])))
    const whole = await receiverWith({
      certificates: { ca: root.cert, ...chain(await makeLeaf(hosts, intermediate), intermediate) },
    })
    expect(await post(transport, whole.url('/', 'localhost'))).toMatchObject({ kind: 'answered' })
  })

  test('a server that speaks no TLS, or only an old version, fails the handshake', async () => {
    const transport = transportWith({ timeoutMs: 3000 })
    const port = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await post(transport, `https://localhost:${port}/`)).toMatchObject({ kind: 'tls_failed' })
    const oldPort = await tlsServer(() => undefined, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })
    expect(await post(transport, `https://localhost:${oldPort}/`)).toMatchObject({ kind: 'tls_failed' })
  })

  test('a receiver that hangs before its headers is given up at the deadline', async () => {
    const receiver = await receiverWith({ script: () => ({ hang: true }) })
    const outcome = await post(transportWith({ timeoutMs: 200 }), receiver.url())
    expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'timed_out', remoteAddress: '127.0.0.1' })
    expect(outcome.durationMs).toBeGreaterThanOrEqual(199)
    expect(outcome.error).toContain('Answer 200 at once')
  })

  test('a receiver that drips a byte each 50 ms for ever is given up at the deadline', async () => {
    const receiver = await receiverWith({ script: () => ({ dripEveryMs: 50 }) })
    const outcome = await post(transportWith({ timeoutMs: 400 }), receiver.url())
    expect(outcome).toMatchObject({
      kind: 'timed_out',
      responseStatus: 200,
      responseHeaders: { 'transfer-encoding': 'chunked' },
      responseBody: expect.stringMatching(/^\.+$/),
      error: expect.stringContaining('did not end in time'),
    })
    expect(outcome.timings.firstByte).not.toBeNull()
  })

  test('a handshake that never ends is given up after the time for connecting', async () => {
    const port = await tcpServer(() => undefined)
    const outcome = await post(transportWith({ connectTimeoutMs: 150 }), `https://localhost:${port}/`)
    expect(outcome).toMatchObject({ kind: 'timed_out', error: expect.stringContaining('not established in time') })
  })

  test('a name that does not resolve, or not in time, is a failure of DNS', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    const nowhere = transportWith({ lookup: () => Promise.reject(unknown) })
    expect(await post(nowhere, 'https://nowhere.example/')).toMatchObject({ ...NO_RESPONSE, kind: 'dns_failed' })
    const empty = transportWith({ lookup: async () => [] })
    expect(await post(empty, 'https://empty.example/')).toMatchObject({ kind: 'dns_failed' })
    const hanging = transportWith({ lookup: () => new Promise(() => undefined), connectTimeoutMs: 100 })
    const outcome = await post(hanging, 'https://hanging.example/')
    expect(outcome).toMatchObject({ kind: 'dns_failed', error: expect.stringContaining('not resolved in time') })
    expect((await post(transportWith(), 'https://nothing.invalid/')).kind).toBe('dns_failed')
  })

  test('what this machine lacks is tried again until the deadline, sent once, and no attempt when it stays lacking', async () => {
    const receiver = await receiverWith()
    const lacking = () => Promise.reject(Object.assign(new Error('socket'), { code: 'EMFILE' }))
    let lookups = 0
    const lookup = () => (++lookups < 4 ? lacking() : Promise.resolve([{ address: '127.0.0.1', family: 4 as const }]))
    expect(await send(transportWith({ lookup }), receiver.url('/', 'localhost'))).toMatchObject({ kind: 'answered' })
    expect([lookups, receiver.count]).toEqual([4, 1])
    const never = transportWith({ lookup: lacking, timeoutMs: 400 })
    expect(await send(never, receiver.url('/', 'localhost'))).toEqual({
      kind: 'unsent',
      error: expect.stringContaining('EMFILE'),
    })
    expect(receiver.count).toBe(1)
  })

  test('a url or a header that cannot be sent is an invalid target', async () => {
    const receiver = await receiverWith()
    const transport = transportWith()
    expect(await post(transport, 'not a url')).toMatchObject({ ...NO_RESPONSE, kind: 'invalid_target' })
    const headers = { 'x-a': 'line\r\nx-injected: 1' }
    expect(await transport.send({ url: receiver.url(), headers, body: 'x' })).toMatchObject({ kind: 'invalid_target' })
    expect(await post(transport, receiver.url())).toMatchObject({ kind: 'answered' })
    expect(receiver.count).toBe(1)
  })
})
