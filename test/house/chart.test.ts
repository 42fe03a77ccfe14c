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
import { SETTINGS } from '../../server/src/settings.ts'
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
    settings: { TIMBRE_RETENTION_DAYS: '7' },
    caConfigMap: 'authorities',
    imagePullSecrets: [{ name: 'registry' }],
    podAnnotations: { team: 'voice' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'voice', operator: 'Exists' }],
    ingress: on(values.ingress, { className: 'nginx', annotations: { a: 'b' }, tlsSecretName: 'tls' }),
    serviceMonitor: on(values.serviceMonitor, { labels: { release: 'prometheus' } }),
    networkPolicy: on(values.networkPolicy, {}),
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
  ])('are refused: %j', (wrong) => {
    expect(isValid({ ...defaults(), ...wrong })).toBe(false)
  })

  test('may be every setting but secrets and what the image and the chart decide', () => {
    const ours = /^DATABASE_(READ_)?URL$|_KEY$|^TIMBRE_(HOST|PORT|DATA_DIR|DEV|BOOTSTRAP_WORKSPACE_ID)$/
    const settable = Object.keys(SETTINGS).filter((name) => !ours.test(name))
    expect(schema.properties.settings.propertyNames.enum).toEqual(settable)
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
  test('are three kinds by default and six with everything switched on, each with labels and the name of the release', () => {
    expect([...renderChart(chart, defaults()).keys()]).toEqual(['Deployment', 'PodDisruptionBudget', 'Service'])
    const all = renderChart(chart, everything(), 'voice')
    const more = ['Deployment', 'Ingress', 'NetworkPolicy', 'PodDisruptionBudget', 'ServiceMonitor', 'Service']
    expect([...all.keys()]).toEqual(more)
    for (const manifest of all.values())
      expect(manifest).toMatchObject({ metadata: { name: 'voice', labels: { 'app.kubernetes.io/instance': 'voice' } } })
  })

  test('are what the schemas of Kubernetes say, and have no field that these do not know', () => {
    const faults = [...renderChart(chart, everything())].flatMap(
      ([kind, manifest]) => manifestFaults(kind, manifest) ?? kind,
    )
    // Of the Prometheus operator.
    expect(faults).toEqual(['ServiceMonitor'])
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

  test('hold no secret: keys and database come from the Secret', () => {
    const { env } = pod(everything()).container
    const plain = env.filter((item: object) => 'value' in item).map(({ name }: { name: string }) => name)
    expect(plain).toEqual(['TIMBRE_RETENTION_DAYS', 'NODE_EXTRA_CA_CERTS'])
    for (const { name } of env) expect([...Object.keys(SETTINGS), 'NODE_EXTRA_CA_CERTS']).toContain(name)
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
