// Owns the guarantees of the metrics that are counted outside prom-client.
import { expect, test } from 'vitest'
import type { Decision } from './engine/decide.ts'
import { Metrics } from './metrics.ts'
import type { Outcome } from './platform/transport.ts'

test('attempts and ended deliveries are counted by their labels, and reading them changes nothing', async () => {
  const metrics = new Metrics({ withProcess: false })
  const end = (responseStatus: number | null, status: Decision['status']) => {
    const kind = responseStatus === null ? 'timed_out' : 'answered'
    // Metrics read these fields and no other.
    metrics.attempted({ kind, responseStatus, durationMs: 3 } as Outcome, { status } as Decision)
  }
  end(200, 'success')
  end(204, 'success')
  end(503, 'queued')
  end(null, 'failed')
  const text = await metrics.text()
  expect(text).toContain('timbre_attempts_total{outcome="answered",status_class="2xx"} 2')
  expect(text).toContain('timbre_attempts_total{outcome="answered",status_class="5xx"} 1')
  expect(text).toContain('timbre_attempts_total{outcome="timed_out",status_class="none"} 1')
  expect(text).toContain('timbre_deliveries_ended_total{status="success"} 2')
  expect(text).toContain('timbre_deliveries_ended_total{status="failed"} 1')
  expect(text).not.toContain('status="queued"')
  expect(await metrics.text()).toBe(text)
})

test('the time from acceptance to a success is observed, of deliveries that nobody asked for', async () => {
  const metrics = new Metrics({ withProcess: false })
  // Metrics read these fields and no other.
  const outcome = { kind: 'answered', responseStatus: 200, durationMs: 3 } as Outcome
  metrics.attempted(outcome, { status: 'success' } as Decision, 20_000)
  metrics.attempted(outcome, { status: 'success' } as Decision)
  metrics.attempted(outcome, { status: 'queued' } as Decision, 20_000)
  const text = await metrics.text()
  expect(text).toContain('timbre_delivery_latency_seconds_count 1')
  expect(text).toContain('timbre_delivery_latency_seconds_sum 20')
  expect(text).toContain('timbre_delivery_latency_seconds_bucket{le="10"} 0')
  expect(text).toContain('timbre_delivery_latency_seconds_bucket{le="30"} 1')
})

test('what was counted before there were metrics is shown', async () => {
  const metrics = new Metrics({ withProcess: false })
  metrics.watchPartitionFaults(() => 2)
  expect(await metrics.text()).toContain('timbre_partition_faults_total 2')
})
