import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AnsweringServer, sendJson, sendProblem } from '../test/support/answering-server.ts'
import { type Client, createClient, NotFoundError } from './index.ts'

const TOTAL = 7
let client: Client

const server = new AnsweringServer(({ path, query }, response) => {
  const limit = Number(query.get('limit') ?? 3)
  const items = (start: number) =>
    Array.from({ length: Math.max(0, Math.min(limit, TOTAL - start)) }, (_, index) => ({ id: `${start + index}` }))
  if (path === '/v1/webhooks') {
    const page = Number(query.get('page') ?? 1)
    const hasNext = page * limit < TOTAL
    const meta = { page, limit, total: TOTAL, hasPrevious: page > 1, hasNext }
    sendJson(response, 200, { data: items((page - 1) * limit), meta })
  } else if (path === '/v1/deliveries') {
    const start = Number(query.get('after') ?? 0)
    const hasNext = start + limit < TOTAL
    sendJson(response, 200, {
      data: items(start),
      meta: { limit, nextCursor: hasNext ? `${start + limit}` : null, hasNext },
    })
  } else sendProblem(response, 404, 'WEBHOOK_NOT_FOUND')
})

beforeAll(async () => {
  await server.start()
  client = createClient({ baseUrl: server.url, workspaceId: 'w', apiKey: 'k' })
})
beforeEach(() => server.requests.splice(0))
afterAll(() => server.stop())

async function idsOf(items: AsyncIterable<{ id: string }>): Promise<string> {
  const ids: string[] = []
  for await (const item of items) ids.push(item.id)
  return ids.join('')
}

describe('a list', () => {
  test('that is awaited is its first page, with the way to the next', async () => {
    const first = await client.webhooks.list({ limit: 4 })
    expect(first.data.map((webhook) => webhook.id)).toEqual(['0', '1', '2', '3'])
    expect(first.meta).toEqual({ page: 1, limit: 4, total: 7, hasPrevious: false, hasNext: true })
    const second = await first.next()
    expect(second?.data.map((webhook) => webhook.id)).toEqual(['4', '5', '6'])
    expect(await second?.next()).toBeUndefined()
    expect(JSON.parse(JSON.stringify(second))).toEqual({ data: second?.data, meta: second?.meta })
  })

  test('that is iterated gives every item of every page once', async () => {
    expect(await idsOf(client.webhooks.list())).toBe('0123456')
    expect(server.requests.map((request) => request.query.get('page'))).toEqual([null, '2', '3'])
    expect(await idsOf(client.deliveries.list({ status: 'failed', limit: 2 }))).toBe('0123456')
  })

  test('keeps its filters from page to page, and leaves out those that are undefined', async () => {
    await idsOf(client.deliveries.list({ status: 'failed', limit: 4 }))
    expect(server.requests.map((request) => request.query.toString())).toEqual([
      'status=failed&limit=4',
      'status=failed&limit=4&after=4',
    ])
  })

  test('can be iterated from a page on', async () => {
    const second = await (await client.webhooks.list()).next()
    expect(await idsOf(second ?? expect.fail('There are three pages.'))).toBe('3456')
  })

  test('asks for a page when it is needed and not before', async () => {
    const list = client.webhooks.list()
    expect(server.requests).toHaveLength(0)
    for await (const webhook of list) if (webhook.id === '1') break
    await list
    expect(server.requests).toHaveLength(1)
  })

  test('fails as other calls do', async () => {
    await expect(client.webhooks.listSubscriptions('none')).rejects.toThrow(NotFoundError)
    await expect(idsOf(client.webhooks.listSubscriptions('none'))).rejects.toThrow(NotFoundError)
    expect(await client.webhooks.listSubscriptions('none').catch(String)).toContain('NotFoundError')
  })
})
