import { expect, test } from 'vitest'
import { settle } from '../../../test/support/manual-clock.ts'
import { PullTurns } from './pull-turns.ts'

function make() {
  const turns = new PullTurns()
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const look = (name: string, workspaceId: string, webhookId: string) =>
    turns.run({ workspaceId, webhookId }, () => {
      begun.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    })
  const end = async (name: string) => {
    ends.get(name)?.()
    await settle()
  }
  return { begun, look, end }
}

test('two consumers of one webhook look one after the other', async () => {
  const { begun, look, end } = make()
  void look('first', 'w', 'h')
  void look('second', 'w', 'h')
  void look('other', 'w', 'i')
  await settle()
  expect(begun).toEqual(['first', 'other'])
  await end('first')
  expect(begun).toEqual(['first', 'other', 'second'])
})

test('a workspace with a hundred polls keeps another one waiting for one look', async () => {
  const { begun, look, end } = make()
  for (let nth = 0; nth < 100; nth++) void look(`ours ${nth}`, 'ours', `h${nth}`)
  void look('theirs', 'theirs', 'x')
  await settle()
  expect(begun.length).toBe(4)
  await end('ours 0')
  await end('ours 1')
  expect(begun).toContain('theirs')
})

test('a look that fails is its own fault', async () => {
  const turns = new PullTurns()
  const key = { workspaceId: 'w', webhookId: 'h' }
  await expect(turns.run(key, () => Promise.reject(new Error('no store')))).rejects.toThrow('no store')
  expect(await turns.run(key, async () => 'goes on')).toBe('goes on')
})
