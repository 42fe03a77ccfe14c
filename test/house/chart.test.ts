// The Helm chart, where no helm is installed: rendered by our own reading of its templates (test/support/helm), which knows no
// more of the language than the chart uses. Where there is a helm, it must say the same.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { VERSION } from '../../server/src/platform/version.ts'
import { fileSettingOf, SECRET_SETTINGS, SETTINGS } from '../../server/src/settings.ts'
import { manifestFaults } from '../support/helm/manifest-faults.ts'
import { renderChart } from '../support/helm/render-chart.ts'

const chart = fileURLToPath(new URL('../../deploy/helm/timbre', import.meta.url))
const read = (file: string) => readFileSync(join(chart, file), 'utf8')
const schema = JSON.parse(read('values.schema.json'))
const isValid = new Ajv({ strict: true, strictTypes: false }).compile(schema)
const defaults = () => ({ ...parse(read('values.yaml')), secretName: 'timbre' })
const everything = () => {
  const values = defaults()
  const on = (section: object, more: object) => ({ ...section, enabled: true, ...more })
  return {
    ...values,
    image: { ...values.image, digest: `sha256:${'0a'.repeat(32)}` },
    secretKeys: SECRET_SETTINGS,
    settings: { TIMBRE_RETENTION_DAYS: '7' },
    caConfigMap: 'authorities',
    imagePullSecrets: [{ name: 'registry' }],
    podAnnotations: { team: 'voice' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'voice', operator: 'Exists' }],
    ingress: on(values.ingress, { className: 'nginx', annotations: { a: 'b' }, tlsSecretName: 'tls' }),
    podMonitor: on(values.podMonitor, { labels: { release: 'prometheus' } }),
  }
}
const pod = (values: object) => {
  const { template, selector } = Object(renderChart(chart, values).get('Deployment')).spec
  return { template, selector, spec: template.spec, container: template.spec.containers[0] }
}

describe('the values', () => {
  test.each([
    ['the defaults', defaults],
    ['everything switched on', everything],
  ])('are valid: %s', (_, values) => {
    isValid(values())
    expect(isValid.errors).toBeNull()
  })

  test.each([
    [{ secretname: 'x' }],
    [{ replicas: 0 }],
    [{ settings: { TIMBRE_RETENTION_DAY: '7' } }],
    [{ settings: { TIMBRE_RETENTION_DAYS: 7 } }],
    [{ settings: { TIMBRE_MASTER_KEY: 'a secret' } }],
    [{ secretKeys: ['DATABASE_URL', 'TIMBRE_ADMIN_KEY'] }],
    [{ secretKeys: ['DATABASE_URL', 'TIMBRE_MASTER_KEY', 'TIMBRE_ADMIN_KEY', 'TIMBRE_PORT'] }],
    [{ image: { digest: 'latest' } }],
    // No peer would be everybody.
    [{ networkPolicy: { from: [] } }],
    [{ networkPolicy: { from: [{}] } }],
    [{ networkPolicy: { databaseTo: [] } }],
  ])('are refused: %j', (wrong) => {
    expect(isValid({ ...defaults(), ...wrong })).toBe(false)
  })

  test('may be every setting but secrets and what the image and the chart decide', () => {
    const ours =
      /^DATABASE_(READ_)?URL$|_KEY(_PREVIOUS)?$|^TIMBRE_(HOST|PORT|METRICS_PORT|DATA_DIR|DEV|BOOTSTRAP_WORKSPACE_ID)$/
    const settable = Object.keys(SETTINGS).filter((name) => !ours.test(name))
    expect(schema.properties.settings.propertyNames.enum).toEqual(settable)
    expect(schema.properties.secretKeys.items.enum).toEqual(SECRET_SETTINGS)
  })

  test('are all used, and all that are used are there', () => {
    const templates = readdirSync(join(chart, 'templates'))
      .map((file) => read(`templates/${file}`))
      .join('\n')
    const used = new Set([...templates.matchAll(/\.Values\.([\w.]+)/g)].map((match) => match[1]))
    const isUsed = (path: string) => [...used].some((name) => name === path || path.startsWith(`${name}.`))
    expect(leaves(parse(read('values.yaml'))).filter((path) => !isUsed(path))).toEqual([])
    // The reader of the templates refuses a value that is not there.
    renderChart(chart, everything())
  })
})

describe('the manifests', () => {
  test('are four kinds by default and six with everything switched on, each with labels and the name of the release', () => {
    const kinds = ['Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Service']
    expect([...renderChart(chart, defaults()).keys()]).toEqual(kinds)
    const all = renderChart(chart, everything(), 'voice')
    const more = ['Deployment', 'Ingress', 'NetworkPolicy', 'PodDisruptionBudget', 'PodMonitor', 'Service']
    expect([...all.keys()]).toEqual(more)
    for (const manifest of all.values())
      expect(manifest).toMatchObject({ metadata: { name: 'voice', labels: { 'app.kubernetes.io/instance': 'voice' } } })
  })

  test('are what the schemas of Kubernetes say, and have no field that these do not know', () => {
    const faults = [...renderChart(chart, everything())].flatMap(
      ([kind, manifest]) => manifestFaults(kind, manifest) ?? kind,
    )
    // Of the Prometheus operator.
    expect(faults).toEqual(['PodMonitor'])
    const { spec, ...head } = Object(renderChart(chart, defaults()).get('Deployment'))
    expect(manifestFaults('Deployment', { ...head, spec: { ...spec, replicas: '2', replicaCount: 2 } })).toEqual([
      '/spec/replicas breaks type',
      '/spec/replicaCount does not exist',
    ])
  })

  test('are not made without the name of a Secret, and a sentence says so', () => {
    expect(() => renderChart(chart, { ...defaults(), secretName: '' })).toThrow(/secretName is needed/)
  })

  test('select what the pods are labelled with', () => {
    const { template, selector } = pod(defaults())
    expect(template.metadata.labels).toMatchObject(selector.matchLabels)
    expect(renderChart(chart, defaults()).get('Service')).toMatchObject({ spec: { selector: selector.matchLabels } })
  })

  test('hold no secret: keys and database are files of the Secret, which the pod alone may read', () => {
    const { spec, container } = pod(everything())
    const names = container.env.map(({ name }: { name: string }) => name)
    const files = SECRET_SETTINGS.map(fileSettingOf)
    expect(names).toEqual([...files, 'TIMBRE_METRICS_PORT', 'TIMBRE_RETENTION_DAYS', 'NODE_EXTRA_CA_CERTS'])
    const { secret } = spec.volumes.find(({ name }: { name: string }) => name === 'secrets')
    const { mountPath } = container.volumeMounts.find(({ name }: { name: string }) => name === 'secrets')
    expect(secret.defaultMode).toBe(0o440)
    const mounted = secret.items.map(({ path }: { path: string }) => `${mountPath}/${path}`)
    expect(container.env.slice(0, files.length).map(({ value }: { value: string }) => value)).toEqual(mounted)
  })

  test('let in whom the policy names, and out to the resolver, the database and receivers on their ports', () => {
    const { spec } = Object(renderChart(chart, defaults()).get('NetworkPolicy'))
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress'])
    const pods = [{ podSelector: {} }]
    expect(spec.ingress).toEqual(
      ['http', 'metrics'].map((port) => ({ from: pods, ports: [{ port, protocol: 'TCP' }] })),
    )
    const [dns, database, receivers, ...more] = spec.egress
    expect(more).toEqual([])
    expect(dns.ports.map(({ port }: { port: number }) => port)).toEqual([53, 53])
    expect(dns.to).toMatchObject([{ namespaceSelector: {} }])
    expect(database.ports).toEqual([{ port: 5432, protocol: 'TCP' }])
    for (const { ipBlock } of database.to) expect(ipBlock.cidr).toMatch(/^(10\.|172\.16\.|192\.168\.|fc00:)/)
    expect(receivers.ports).toEqual([
      { port: 80, protocol: 'TCP' },
      { port: 443, protocol: 'TCP' },
      { port: 1024, endPort: 65_535, protocol: 'TCP' },
    ])
    for (const { ipBlock } of receivers.to) expect(ipBlock.except.length).toBeGreaterThan(1)
  })

  test('mount volumes that are there, and no other', () => {
    for (const { spec, container } of [pod(defaults()), pod(everything())]) {
      const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)
      expect(names(container.volumeMounts)).toEqual(names(spec.volumes))
    }
  })

  test('run without rights on a read-only root', () => {
    const { spec, container } = pod(defaults())
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(spec.automountServiceAccountToken).toBe(false)
  })

  test('let Kubernetes add no variable that would look like a setting of ours', () => {
    expect(pod(defaults()).spec.enableServiceLinks).toBe(false)
  })

  test('give 20 s to finish what is in flight, after the wait before the signal', () => {
    const { spec, container } = pod(defaults())
    expect(spec.terminationGracePeriodSeconds - container.lifecycle.preStop.sleep.seconds).toBeGreaterThanOrEqual(25)
  })

  test('name the version that this is', () => {
    expect(parse(read('Chart.yaml'))).toMatchObject({ version: VERSION, appVersion: VERSION })
    expect(pod(defaults()).container.image).toBe(`timbre:${VERSION}`)
    expect(pod(everything()).container.image).toBe(`timbre:${VERSION}@sha256:${'0a'.repeat(32)}`)
  })
})

describe('helm', () => {
  const helm = (args: readonly string[], values: object) => {
    const input = JSON.stringify(values)
    return execFileSync('helm', [...args, '--values', '-'], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  }

  test.skipIf(!hasHelm())('finds no fault in the chart, and renders what we render', () => {
    for (const values of [defaults(), everything()]) {
      expect(helm(['lint', '--strict', chart], values)).toContain('0 chart(s) failed')
      // Without a cluster helm takes the newest Kubernetes that it knows, which may be too old for the chart.
      const rendered = helm(['template', 'voice', chart, '--kube-version', '1.30.0'], values)
      const documents = parseAllDocuments(rendered).map((document) => document.toJS())
      const manifests = documents.filter((manifest) => manifest !== null).map((manifest) => [manifest.kind, manifest])
      expect(Object.fromEntries(manifests)).toEqual(Object.fromEntries(renderChart(chart, values, 'voice')))
    }
  })
})

function hasHelm(): boolean {
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    process.stdout.write('The chart is not compared with what helm renders: there is no helm on the PATH.\n')
    return false
  }
}

function leaves(values: object, above = ''): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
      ? leaves(value, `${above}${name}.`)
      : [`${above}${name}`],
  )
}
