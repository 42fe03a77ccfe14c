// compose.yaml beside what it must agree with: the settings, the example of its secrets, the time that a stop takes.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { VERSION } from '../../server/src/platform/version.ts'
import { fileSettingOf, SECRET_SETTINGS, SETTINGS } from '../../server/src/settings.ts'
import { scratchFolder } from '../support/scratch.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'compose.yaml'), 'utf8')
const { services, volumes, secrets, networks } = parse(text, { merge: true })
const nodes = [services['node-1'], services['node-2']]
const caddyfile = readFileSync(join(root, 'deploy/compose/Caddyfile'), 'utf8')
const example = readFileSync(join(root, '.env.example'), 'utf8')

describe('compose.yaml', () => {
  test('gives nodes only settings that exist', () => {
    for (const node of nodes)
      for (const name of Object.keys(node.environment))
        expect([...Object.keys(SETTINGS), ...SECRET_SETTINGS.map(fileSettingOf)]).toContain(name)
  })

  test('asks for what .env.example names, and for nothing else', () => {
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1])
    const named = [...example.matchAll(/^(\w+)=/gm)].map((match) => match[1])
    expect(new Set(asked)).toEqual(new Set(named))
  })

  test('has no secret in an environment: each is a file, which git does not know', () => {
    const all = Object.values<{ environment?: object }>(services).flatMap(({ environment }) =>
      Object.entries(environment ?? {}),
    )
    const files = all.filter(([name]) => name.endsWith('_FILE'))
    for (const [name, file] of files) expect(Object.keys(secrets), name).toContain(basename(String(file)))
    const given = all.map(([name]) => name)
    for (const name of [...SECRET_SETTINGS, 'POSTGRES_PASSWORD']) expect(given).not.toContain(name)
    expect(example).not.toMatch(/^\w+=./m)
    expect(execFileSync('git', ['check-ignore', 'secrets/master-key'], { cwd: root, encoding: 'utf8' })).toMatch(
      /secrets/,
    )
  })

  test('is given its secrets by a script that makes all of them and never overwrites one', () => {
    const scratch = scratchFolder()
    const folder = join(scratch, 'secrets')
    const make = () => execFileSync('sh', [join(root, 'deploy/compose/make-secrets.sh'), folder])
    const read = () => readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8').trim()])
    make()
    const made = read()
    make()
    expect(read()).toEqual(made)
    expect(made.map(([file]) => `./secrets/${file}`).sort()).toEqual(
      Object.values<{ file: string }>(secrets)
        .map(({ file }) => file)
        .sort(),
    )
    const value = Object.fromEntries(made)
    expect(new URL(value['database-url'])).toMatchObject({ password: value['postgres-password'], hostname: 'postgres' })
    expect(Buffer.from(value['master-key'], 'base64')).toHaveLength(32)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    rmSync(scratch, { recursive: true })
  })

  test('gives no service root or a capability but the one that its program does not start without', () => {
    for (const [name, service] of Object.entries<Record<string, unknown>>(services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
      expect(service['cap_add'] ?? [], name).toEqual(name === 'load-balancer' ? ['NET_BIND_SERVICE'] : [])
    }
    expect(services.postgres.user).toBe('postgres')
  })

  test('names every image by its whole version', () => {
    for (const { image } of Object.values<{ image: string }>(services))
      expect(image).toMatch(/:\d+\.\d+(\.\d+)?(@sha256:\w+)?$/)
  })

  test('keeps the database where only nodes are, without a way out', () => {
    expect(services.postgres.networks).toEqual(['back'])
    expect(services['load-balancer'].networks).toEqual(['front'])
    expect(networks.back).toEqual({ internal: true })
    expect(services.postgres.ports).toBeUndefined()
  })

  test('passes nothing on that is for the operator alone', () => {
    const closed = /@closed path (.*)\n\thandle @closed \{\n\t\trespond 404/.exec(caddyfile)?.[1]?.split(' ')
    expect(closed).toEqual(expect.arrayContaining(['/metrics', '/docs', '/docs/*', '/openapi.json']))
  })

  test('has two nodes that differ in nothing but their data', () => {
    const [one, other] = nodes.map(({ volumes, ...rest }) => ({ rest, volumes }))
    expect(one?.rest).toEqual(other?.rest)
    expect(one?.volumes).not.toEqual(other?.volumes)
  })

  test('names the image by the version that this is', () => {
    for (const node of nodes) expect(node.image).toBe(`timbre:${VERSION}`)
  })

  test('gives nodes longer than 25 s to stop', () => {
    for (const node of nodes) expect(Number.parseInt(node.stop_grace_period, 10)).toBeGreaterThanOrEqual(25)
  })

  test('declares every volume, and the load balancer knows every node', () => {
    const used = Object.values<{ volumes?: string[] }>(services).flatMap((service) => service.volumes ?? [])
    const named = used.map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.startsWith('.'))
    expect(named.sort()).toEqual(Object.keys(volumes).sort())
    const names = Object.keys(services).filter((name) => name.startsWith('node-'))
    expect(caddyfile.match(/node-\d+(?=:8080)/g)).toEqual(names)
  })
})
