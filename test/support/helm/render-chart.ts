// Owns what `helm template` would print for our chart: each manifest as an object, by its kind.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { TemplateRenderer } from './render-template.ts'

/** @param chart its folder; @param values all of them, as values.yaml and the operator's file give them together */
export function renderChart(chart: string, values: unknown, releaseName = 'timbre'): Map<string, unknown> {
  const { name, version, appVersion } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))
  const renderer = new TemplateRenderer({
    Values: values,
    Chart: { Name: name, Version: version, AppVersion: appVersion },
    Release: { Name: releaseName, Namespace: 'default', Service: 'Helm' },
  })
  const manifests = new Map<string, unknown>()
  // `_names.tpl` sorts before the others, which use what it defines.
  for (const file of readdirSync(join(chart, 'templates')).sort(partialsFirst)) {
    const text = renderer.render(readFileSync(join(chart, 'templates', file), 'utf8'))
    if (!file.endsWith('.yaml')) continue
    for (const document of parseAllDocuments(text, { strict: true, uniqueKeys: true })) {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('\n')}\n${text}`)
      const manifest = document.toJS()
      if (manifest !== null) manifests.set(manifest.kind, manifest)
    }
  }
  return manifests
}

function partialsFirst(one: string, other: string): number {
  return Number(other.startsWith('_')) - Number(one.startsWith('_'))
}
