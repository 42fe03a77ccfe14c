import { describe, expect, test } from 'vitest'
import { chosen, isSignedByTimbre, recordedRequests } from './read-recorded.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { shellWords } from './shell-words.ts'

const noFile = () => {
  throw new Error('no file is read')
}
const read = (text: string | Buffer, readFile: (path: string) => Uint8Array = noFile) =>
  recordedRequests(Buffer.from(text), { readFile, isSigned: isSignedByTimbre })
const bodyOf = (requests: readonly RecordedRequest[]) => Buffer.from(requests[0]?.body ?? []).toString('utf8')

describe('raw HTTP', () => {
  test.each(['\r\n', '\n'])('is read with line ends %j, and its body is not touched', (end) => {
    const body = '{"a":1,\n\n"b":"ñ"}\n'
    const requests = read(['POST /hook HTTP/1.1', 'Host: x', 'Webhook-Id: evt_1', '', body].join(end))
    expect(requests[0]?.headers).toEqual({ host: 'x', 'webhook-id': 'evt_1' })
    expect(bodyOf(requests)).toBe(body)
  })

  test('says where it went, as a HAR and a curl command do', () => {
    const har = {
      log: {
        entries: [{ request: { url: 'https://x/hook?a=1', headers: [{ name: 'webhook-signature', value: '' }] } }],
      },
    }
    const texts = [
      'POST /hook?a=1 HTTP/1.1\nhost: x\n\n{}',
      JSON.stringify(har),
      "curl -X POST 'https://x/hook?a=1' -d a=b",
    ]
    expect(texts.map((text) => read(text)[0]?.url)).toEqual(['/hook?a=1', 'https://x/hook?a=1', 'https://x/hook?a=1'])
  })

  test('ends where content-length says, whatever an editor has put behind it', () => {
    expect(bodyOf(read('POST / HTTP/1.1\ncontent-length: 2\n\n{}\n'))).toBe('{}')
    expect(bodyOf(read('POST / HTTP/1.1\ncontent-length: 9\n\n{}'))).toBe('{}')
  })

  test('is put together from chunks', () => {
    const text = 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n'
    expect(bodyOf(read(text))).toBe('{"a":1}')
    expect(() => read('POST / HTTP/1.1\ntransfer-encoding: chunked\n\nzz\n')).toThrow('broken off')
  })

  test('keeps bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0x80, 0xff, 0x00])
    const [request] = read(Buffer.concat([Buffer.from('webhook-id: e\n\n'), bytes]))
    expect(Buffer.from(request?.body ?? []).equals(bytes)).toBe(true)
  })

  test('without a body, or nothing of the kind, is told', () => {
    expect(() => read('POST / HTTP/1.1\nhost: x')).toThrow('no empty line')
    for (const text of ['', 'hello', '<xml/>']) expect(() => read(text)).toThrow('This is no recorded request')
  })
})

describe('a HAR', () => {
  const entry = (name: string, postData: object) => ({
    startedDateTime: '2025-08-19T16:00:00.000Z',
    request: { headers: [{ name, value: 'v1,x' }], postData },
  })

  test('gives its signed requests, with the time, and base64 as bytes', () => {
    const har = {
      log: {
        entries: [
          entry('Accept', { text: 'other' }),
          entry('Webhook-Signature', { text: '{"ñ":1}' }),
          entry('X-Supervisor-Signature', { text: 'AP8=', encoding: 'base64' }),
        ],
      },
    }
    const requests = read(JSON.stringify(har))
    expect(requests.map(({ receivedAt }) => receivedAt)).toEqual([1755619200000, 1755619200000])
    expect(bodyOf(requests)).toBe('{"ñ":1}')
    expect([...(requests[1]?.body ?? [])]).toEqual([0, 255])
    expect(() => chosen(requests, undefined)).toThrow('There are 2 signed requests')
    expect(chosen(requests, 2)).toBe(requests[1])
    expect(() => chosen(requests, 3)).toThrow('There is no entry 3')
  })

  test('that is none is told', () => {
    expect(() => read('{"a":')).toThrow('is no JSON')
    expect(() => read('{"log":{}}')).toThrow('no HAR')
    expect(() => chosen(read('{"log":{"entries":[]}}'), undefined)).toThrow('There is no request')
  })
})

describe('a curl command', () => {
  test('as a browser copies it gives headers and body', () => {
    const requests = read(
      String.raw`curl 'https://x/hook' -X POST \
  -H 'webhook-id: evt_1' --header="Webhook-Signature: v1,abc=" --compressed \
  --data-raw $'{"a":"it\'s \u00f1\n"}'`,
    )
    expect(requests[0]?.headers).toEqual({ 'webhook-id': 'evt_1', 'webhook-signature': 'v1,abc=' })
    expect(bodyOf(requests)).toBe('{"a":"it\'s ñ\n"}')
  })

  test('reads files as curl does: -d without line ends, --data-binary as they are', () => {
    const file = () => Buffer.from('{"a":\r\n1}\n')
    expect(bodyOf(read('curl x -d @b.json', file))).toBe('{"a":1}')
    expect(bodyOf(read('curl x --data-binary @b.json', file))).toBe('{"a":\r\n1}\n')
    expect(bodyOf(read('curl x --json @b.json', file))).toBe('{"a":\r\n1}\n')
    expect(bodyOf(read('curl x --data-raw @b.json'))).toBe('@b.json')
    expect(bodyOf(read('curl -da=1 x -d b=2'))).toBe('a=1&b=2')
  })

  test('that would encode the body is refused, and so is a quote that is not closed', () => {
    expect(() => read('curl x --data-urlencode a=1')).toThrow('--data-binary')
    expect(() => read("curl x -d '{")).toThrow('A quote in the command is not closed')
  })

  test('has the words that a shell would give it', () => {
    expect(shellWords(String.raw`a "b c\"\$d" 'e\f' g\ h ""  i'j'"k" $l`)).toEqual([
      'a',
      'b c"$d',
      'e\\f',
      'g h',
      '',
      'ijk',
      '$l',
    ])
  })
})
