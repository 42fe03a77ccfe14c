// compose.yaml beside what it must agree with: the settings, the example of its secrets, the time that a stop takes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { VERSION } from '../../server/src/platform/version.ts'
import { SETTINGS } from '../../server/src/settings.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'compose.yaml'), 'utf8')
const { services, volumes } = parse(text, { merge: true })
const nodes = [services['node-1'], services['node-2']]
const example = readFileSync(join(root, '.env.example'), 'utf8')

describe('compose.yaml', () => {
  test('gives nodes only settings that exist', () => {
    for (const node of nodes)
      for (const name of Object.keys(node.environment)) expect(Object.keys(SETTINGS)).toContain(name)
  })

  test('asks for what .env.example names, and for nothing else', () => {
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1])
    const named = [...example.matchAll(/^(\w+)=/gm)].map((match) => match[1])
    expect(new Set(asked)).toEqual(new Set(named))
  })

  test('does not start with the example as it stands: secrets are empty there, and refused when they are', () => {
    expect(example).not.toMatch(/^\w+=./m)
    for (const secret of ['POSTGRES_PASSWORD', 'TIMBRE_MASTER_KEY', 'TIMBRE_ADMIN_KEY']) {
      const uses = text.match(new RegExp(`\\$\\{${secret}[^}]*\\}`, 'g')) ?? []
      expect(uses.length).toBeGreaterThan(0)
      expect(uses.filter((use) => !use.startsWith(`\${${secret}:?`))).toEqual([])
    }
  })

  test('has two nodes that differ in nothing but their data', () => {
    const [one, other] = nodes.map(({ volumes, ...rest }) => ({ rest, volumes }))
    expect(one?.rest).toEqual(other?.rest)
    expect(one?.volumes).not.toEqual(other?.volumes)
  })

  test('names the image by the version that this is', () => {
    for (const node of nodes) expect(node.image).toBe(`timbre:${VERSION}`)
  })

  test('gives nodes no rights, and longer than 25 s to stop', () => {
    for (const node of nodes) {
      expect(node).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
      expect(Number.parseInt(node.stop_grace_period, 10)).toBeGreaterThanOrEqual(25)
    }
  })

  test('declares every volume, and the load balancer knows every node', () => {
    const used = Object.values<{ volumes?: string[] }>(services).flatMap((service) => service.volumes ?? [])
    const named = used.map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.startsWith('.'))
    expect(named.sort()).toEqual(Object.keys(volumes).sort())
    const caddyfile = readFileSync(join(root, 'deploy/compose/Caddyfile'), 'utf8')
    const names = Object.keys(services).filter((name) => name.startsWith('node-'))
    expect(caddyfile.match(/node-\d+(?=:8080)/g)).toEqual(names)
  })
})
