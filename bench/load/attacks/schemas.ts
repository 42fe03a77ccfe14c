// Owns the attacks of a tenant by its own JSON Schemas.
import type { Attack, AttackTarget } from './attack.ts'
import { makeTenant } from './tenant.ts'

const NUMBERS = 40_000
/** How often a keyword is asked for; the most that the server takes is used. */
const REPEATS = [1400, 400, 100, 30, 10, 1] as const
const SCHEMA_BYTES = 32_000

/** Events whose validation is quadratic: each number compared with each other, again and again. */
export async function schemaCpu(target: AttackTarget): Promise<Attack> {
  const { client } = await makeTenant(target)
  const create = (repeats: number) =>
    client.eventTypes.create({
      key: 'attack.cpu',
      schema: { properties: { x: { allOf: Array.from({ length: repeats }, () => ({ uniqueItems: true })) } } },
    })
  let taken = 0
  for (const repeats of REPEATS) {
    taken = await create(repeats).then(
      () => repeats,
      () => 0,
    )
    if (taken > 0) break
  }
  if (taken === 0) throw new Error('No schema was taken: there is nothing to attack with.')
  const data = { x: Array.from({ length: NUMBERS }, (_, index) => index) }
  return repeated(() => client.events.publish({ type: 'attack.cpu', data }), `events validated ${taken} times`)
}

/** Types that are made and deleted, each as large as a schema may be. */
export async function schemaCompile(target: AttackTarget): Promise<Attack> {
  const { client } = await makeTenant(target)
  const patterns: object[] = []
  for (let bytes = 0; bytes < SCHEMA_BYTES; bytes += 28) patterns.push({ pattern: '\\pL{1,1000}' })
  let nth = 0
  return repeated(async () => {
    const key = `attack.compile${nth++}`
    await client.eventTypes.create({ key, schema: { allOf: patterns }, example: { a: 'x' } })
    await client.eventTypes.delete(key)
  }, 'schemas')
}

/** One call after the other, whatever they end in. */
function repeated(call: () => Promise<unknown>, what: string): Attack {
  let isStopped = true
  let running: Promise<void> = Promise.resolve()
  let fine = 0
  let refused = 0
  const run = async () => {
    while (!isStopped) {
      await call().then(
        () => fine++,
        () => refused++,
      )
      // A refusal may take less than a tick.
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  return {
    async start() {
      isStopped = false
      fine = 0
      refused = 0
      running = run()
    },
    async stop() {
      isStopped = true
      await running
      return `${fine} ${what}, ${refused} refused`
    },
  }
}
