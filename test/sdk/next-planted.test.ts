// Each cause of `diagnose`, planted in requests to a route handler of a real Next application, is named.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diagnosePlant } from '../../sdk/test/support/diagnose-plant.ts'
import { PLANTS } from '../../sdk/test/support/planted-causes.ts'
import { eventBody } from '../../sdk/test/support/planted-events.ts'
import { buildAndStartNext, type NextApp } from './next-app.ts'
import { type Projects, projects } from './project.ts'

const EVENTS_A_PLANT = 8

/** Says what Next gave it, as the receivers of sdk/test/support do. */
const ROUTE = `
const read = {
  raw: async (request) => ({ base64: Buffer.from(await request.arrayBuffer()).toString('base64') }),
  text: async (request) => ({ body: await request.text() }),
  json: async (request) => ({ body: await request.json() }),
}
export async function POST(request, { params }) {
  const { reader } = await params
  return Response.json({ headers: Object.fromEntries(request.headers), ...(await read[reader](request)) })
}`

let all: Projects
let app: NextApp

beforeAll(async () => {
  all = await projects()
  const project = all.make({
    'app/layout.js': `export default ({ children }) => <html lang="en"><body>{children}</body></html>`,
    'app/page.js': `export default () => null`,
    'app/[reader]/route.js': ROUTE,
  })
  app = await buildAndStartNext(all.tools, project)
}, 600_000)
afterAll(async () => {
  await app?.end()
  all?.remove()
})

test.each(PLANTS)('Next: $cause: $name', async (plant) => {
  const property = fc.asyncProperty(eventBody, async (body) => {
    fc.pre(plant.needsCharacters !== true || body.includes('ñ'))
    expect(await diagnosePlant(plant, { url: app.address }, body)).toMatchObject({ cause: plant.cause })
  })
  await fc.assert(property, { numRuns: EVENTS_A_PLANT })
})
