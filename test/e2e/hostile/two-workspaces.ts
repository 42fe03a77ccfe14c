// Owns the two tenants of an attack between neighbours: one attacks from the workspace of the process, the other is honest.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import { createClient } from '@getsupervisor/agents-studio-sdk'
import type { World } from '../world.ts'

export async function neighbourOf({ timbre }: World): Promise<Client> {
  const answer = await fetch(`${timbre.address}/v1/workspaces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${timbre.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Neighbour' }),
  })
  const { id } = (await answer.json()) as { id: string } // as the route answers
  return createClient({ baseUrl: timbre.address, workspaceId: id, apiKey: timbre.adminKey })
}

/** A metric of the process, as it is now. */
export async function metric({ timbre }: World, name: string): Promise<number> {
  const text = await (await fetch(`${timbre.address}/metrics`)).text()
  const value = new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`there is no metric ${name}`)
  return Number(value)
}
