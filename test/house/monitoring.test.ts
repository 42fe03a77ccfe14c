// The board and the alert rules of deploy/monitoring: what they ask for is there, and the rules fire when they should.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Metrics, WAIT_REASONS, type WaitReason } from '../../server/src/metrics.ts'

const folder = fileURLToPath(new URL('../../deploy/monitoring/', import.meta.url))
const read = (file: string) => readFileSync(folder + file, 'utf8')
const page = readFileSync(new URL('../../docs/operate/monitoring.md', import.meta.url), 'utf8')

interface Panel {
  readonly title: string
  readonly description: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets: readonly { readonly expr: string }[]
}
const panels: readonly Panel[] = JSON.parse(read('timbre-board.json')).panels
const rules: readonly { readonly alert: string; readonly expr: string }[] = parse(read('timbre-rules.yml')).groups[0]
  .rules

/** Every name that /metrics shows, those of a histogram's parts included. */
const shown = new Set<string>()
beforeAll(async () => {
  const metrics = new Metrics({ withProcess: true })
  const zero = () => 0
  const waitingFor = () => Object.fromEntries(WAIT_REASONS.map((reason) => [reason, 0])) as Record<WaitReason, number>
  metrics.watch({
    inFlight: zero,
    waiting: zero,
    expectedWaitMs: zero,
    heldEnvelopes: zero,
    envelopesReadAgain: zero,
    waitingForOrigin: zero,
    resultsWaiting: zero,
    waitingFor,
    queued: async () => ({ byReason: { due: 0 }, oldestPendingMs: 0 }),
    oldestDueMs: async () => 0,
  })
  metrics.watchApi({ bodyBytes: zero, connections: zero })
  metrics.watchPartitionFaults(zero)
  for (const [, name, type] of (await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    for (const part of parts) shown.add(`${name}${part}`)
  }
})

/** `up` is Prometheus's own. */
const metricsIn = (expr: string) => [...expr.matchAll(/\b(?:timbre|process|nodejs)_\w+/g)].map(([name]) => name)

describe('the board', () => {
  test('has panels each of which asks for metrics that there are', () => {
    expect(panels.length).toBeGreaterThan(15)
    for (const { title, targets } of panels) {
      expect([title, targets.length > 0]).toEqual([title, true])
      for (const { expr } of targets) {
        const names = metricsIn(expr)
        expect([title, names.length > 0]).toEqual([title, true])
        expect([title, names.filter((name) => !shown.has(name))]).toEqual([title, []])
      }
    }
  })

  test('asks of the job that is chosen, says what each panel shows, and lays none over another', () => {
    const taken = new Set<string>()
    for (const { title, description, gridPos, targets } of panels) {
      expect([title, description !== '']).toEqual([title, true])
      for (const { expr } of targets) expect(expr).toContain('job="$job"')
      for (let row = gridPos.y; row < gridPos.y + gridPos.h; row++) {
        for (let column = gridPos.x; column < gridPos.x + gridPos.w; column++) {
          const cell = `${row} ${column}`
          expect([title, cell, taken.has(cell) || column > 23]).toEqual([title, cell, false])
          taken.add(cell)
        }
      }
    }
  })
})

describe('the alert rules', () => {
  test('ask for metrics that there are, and each is explained', () => {
    expect(rules.length).toBeGreaterThan(5)
    for (const { alert, expr } of rules) {
      expect([alert, metricsIn(expr).filter((name) => !shown.has(name))]).toEqual([alert, []])
      expect(page).toContain(`\`${alert}\``)
    }
  })

  test('have a test each that lets them fire, and one that does not', () => {
    const { tests } = parse(read('timbre-rules.test.yml'))
    const cases: readonly { alertname: string; exp_alerts?: readonly object[] }[] = tests.flatMap(
      ({ alert_rule_test }: { alert_rule_test: object[] }) => alert_rule_test,
    )
    for (const { alert } of rules) {
      const own = cases.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts !== undefined)
      expect([alert, own.includes(true), own.includes(false)]).toEqual([alert, true, true])
    }
  })

  const hasPromtool = spawnSync('promtool', ['--version']).error === undefined
  test.skipIf(!hasPromtool)(
    `are right in the eyes of promtool${hasPromtool ? '' : ': skipped, it is not installed (package prometheus of Debian)'}`,
    () => {
      for (const args of [
        ['check', 'rules', 'timbre-rules.yml'],
        ['test', 'rules', 'timbre-rules.test.yml'],
      ]) {
        const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' })
        expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, ''])
      }
    },
  )
})
