// Owns judging a manifest by the schemas of Kubernetes: values that are wrong or missing, and fields that do not exist.
// The schemas allow any further field, as the API server does, which drops what it does not know; a wrong name is a fault here.
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment'
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service'
import { validate as ingress } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress'
import { validate as networkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy'
import { validate as podDisruptionBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget'

/** A compiled schema, whose types leave out what it writes beside its verdict. */
interface Validate {
  (data: unknown): boolean
  readonly errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null
}

const SCHEMAS = new Map<string, Validate>([
  ['Deployment', deployment],
  ['Service', service],
  ['Ingress', ingress],
  ['NetworkPolicy', networkPolicy],
  ['PodDisruptionBudget', podDisruptionBudget],
])

/** undefined: Kubernetes itself has no such kind. */
export function manifestFaults(kind: string, manifest: unknown): readonly string[] | undefined {
  const validate = SCHEMAS.get(kind)
  if (validate === undefined) return undefined
  const unread = new Set<string>()
  validate(watched(manifest, '', unread))
  const wrong = (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} breaks ${keyword}`)
  return [...wrong, ...[...unread].map((path) => `${path} does not exist`)]
}

/** A copy that takes the path of every field that is read out of `unread`: a schema reads the fields it knows. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => {
    unread.add(`${path}/${name}`)
    return [name, watched(inner, `${path}/${name}`, unread)] as const
  })
  const copy = Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
  return new Proxy(copy, {
    get(target, name) {
      unread.delete(`${path}/${String(name)}`)
      return Reflect.get(target, name)
    },
  })
}
