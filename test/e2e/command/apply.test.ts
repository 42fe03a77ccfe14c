// Webhooks, subscriptions and event types as a file: applied twice it changes nothing, and a file comes out of what is there.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { CommandLine } from './command-line.ts'

const timbre = new TimbreProcess()
let line: CommandLine
let file: string
beforeAll(async () => {
  await timbre.start()
  line = await CommandLine.on(timbre)
  file = join(line.folder, 'webhooks.yaml')
})
afterAll(async () => {
  line.remove()
  await timbre.destroy()
})

const FILE = `webhooks:
  - name: crm
    url: https://crm.example.com/hook
    description: The clinic's CRM
    ordering: call
    headers:
      X-Tenant: "7"
    events: [call.completed, order.paid]
  - url: https://billing.example.com/hook
    events: [call.error]
eventTypes:
  - key: order.paid
    title: Order paid
    schema:
      type: object
      properties: { total: { type: number } }
      required: [total]
    example: { total: 12.5 }
`

describe('apply', () => {
  test('shows what it would do, does it once, and then has nothing to do', async () => {
    writeFileSync(file, FILE)
    const due = await line.run(['apply', file, '--dry-run'])
    expect([due.code, due.stderr]).toEqual([3, ''])
    expect(due.stdout).toMatch(/^\+ event type order.paid\n\+ webhook crm {2}https:\/\/crm.example.com\/hook\n/)
    expect(due.stdout).toContain('3 changes. Nothing was done.')
    expect(await line.json('webhooks', 'list')).toEqual([])

    expect(await line.output('apply', file)).toContain('Done: 3 changes.')
    for (const args of [
      ['apply', file],
      ['apply', file, '--dry-run'],
      ['apply', file, '--prune', '--yes'],
    ])
      expect(await line.output(...args)).toBe(`Nothing to do: everything is as ${file} says.\n`)
  })

  test('changes a webhook that is there and keeps its secret, also when its URL changes', async () => {
    const secret = async () => {
      const webhooks = await line.json('webhooks', 'list')
      const crm = webhooks.find(({ description }) => String(description).endsWith('[crm]'))
      return line.output('webhooks', 'secret', String(crm?.['id']))
    }
    const before = await secret()
    writeFileSync(
      file,
      FILE.replace('crm.example.com', 'crm2.example.com').replace('    ordering: call\n', '    ordering: none\n'),
    )
    const changed = await line.output('apply', file)
    expect(changed).toContain('    url: https://crm.example.com/hook → https://crm2.example.com/hook\n')
    expect(changed).toContain('    ordering: call → none\n')
    expect(await secret()).toBe(before)
  })

  test('removes nothing by itself; with --prune it asks', async () => {
    writeFileSync(
      file,
      'webhooks:\n  - name: crm\n    url: https://crm2.example.com/hook\n    events: [call.completed]\n',
    )
    expect(await line.output('apply', file)).toContain(
      'Not in the file, and left (--prune removes): subscription to order.paid',
    )
    expect(await line.json('webhooks', 'list')).toHaveLength(2)
    const asked = await line.run(['apply', file, '--prune'])
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('add --yes')])
    expect(await line.output('apply', file, '--prune', '--yes')).toContain('Done: 3 changes.')
    expect(await line.json('webhooks', 'list')).toHaveLength(1)
    expect(await line.json('event-types', 'list', '--own')).toEqual([])
  })

  test('says the line of what the server refuses', async () => {
    writeFileSync(
      file,
      'webhooks:\n  - name: crm\n    url: https://crm2.example.com/hook\n    rateLimitPerSecond: 5000\n',
    )
    expect(await line.run(['apply', file])).toMatchObject({ code: 2, stderr: expect.stringContaining(`${file}:4: `) })
    writeFileSync(file, 'webhooks:\n  - url: http://10.0.0.1/\n')
    expect(await line.run(['apply', file])).toMatchObject({ code: 2, stderr: expect.stringContaining(`${file}:2: `) })
  })
})

describe('export', () => {
  test('writes a file with no secret in it that makes the same in another workspace, and changes nothing here', async () => {
    writeFileSync(file, FILE)
    await line.output('apply', file)
    await line.output('webhooks', 'create', 'https://billing.example.com/hook')
    const exported = join(line.folder, 'exported.yaml')
    await line.output('export', '--out', exported)
    const text = readFileSync(exported, 'utf8')
    expect(text).not.toContain('whsec_')
    expect(text).not.toContain('secret')
    expect(await line.output('apply', exported, '--prune', '--yes')).toContain('Nothing to do')

    const other = await CommandLine.on(timbre)
    const first = join(line.folder, 'first.yaml')
    writeFileSync(first, FILE)
    await other.output('apply', first)
    expect(await other.output('apply', first)).toContain('Nothing to do')
    const again = join(line.folder, 'again.yaml')
    await other.output('export', '--out', again)
    expect(await other.output('apply', again, '--dry-run')).toContain('Nothing to do')
    other.remove()
  })
})
