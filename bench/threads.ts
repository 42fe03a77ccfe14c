// Owns the numbers of sending on threads: what 0, 1, 2 and 4 sender threads give on this machine, what each part does alone,
// and from the parts what a machine with 8 cores should give (docs/decisions/0019-sender-threads.md).
// Load goes to 127.0.0.1 only, and is bounded in count.
import { cpus } from 'node:os'
import { makeCertificates } from '../test/support/certificates.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { LeanReceiver } from './threads/lean-receiver.ts'
import { senderAlone } from './threads/sender-alone.ts'
import { storageAlone } from './threads/storage-alone.ts'
import { apiAlone, wholePath } from './threads/whole-path.ts'

const SENDER_THREADS = [0, 1, 2, 4]
const COUNT = 30_000
const COUNT_QUICK = 8000
/** Of the 8 cores: the main thread and the writer have one each. */
const SENDERS_OF_8_CORES = 6

export async function measure({ rounds, quick, log }: BenchOptions): Promise<Measurement[]> {
  const count = quick ? COUNT_QUICK : COUNT
  const certificates = await makeCertificates()
  const figures = new Figures()
  for (let round = 1; round <= rounds; round++) {
    const receiver = await LeanReceiver.start(certificates)
    try {
      for (const threads of SENDER_THREADS) {
        log(`threads, round ${round} of ${rounds}: the whole path with ${threads} sender threads`)
        addWholePath(figures, threads, await wholePath(threads, count, { receiver, certificates }))
      }
      log(`threads, round ${round} of ${rounds}: each part alone`)
      const sender = await senderAlone(count, { receiver, certificates })
      figures.add('one sender thread alone', 'requests/s', sender.perSecond)
      figures.add('one sender thread alone: CPU of the sender', 'µs', sender.sending)
      figures.add('one sender thread alone: CPU of the asking thread', 'µs', sender.asking)
    } finally {
      receiver.stop()
    }
    const storage = await storageAlone(count)
    figures.add('storage alone', 'deliveries/s', storage.perSecond)
    figures.add('storage alone: CPU', 'µs', storage.cpu)
    const api = await apiAlone(count)
    figures.add('API alone, to nobody', 'events/s', api.perSecond)
    figures.add('API alone: CPU of the main thread', 'µs', api.times.main)
  }
  return [...figures.all(), ...estimate(figures)]
}

class Figures {
  readonly #all = new Map<string, { readonly unit: string; readonly values: number[] }>()

  add(name: string, unit: string, value: number): void {
    const known = this.#all.get(name)
    if (known === undefined) this.#all.set(name, { unit, values: [value] })
    else known.values.push(value)
  }

  values(name: string): readonly number[] {
    return this.#all.get(name)?.values ?? []
  }

  all(): Measurement[] {
    return [...this.#all].map(([name, { unit, values }]) => ({ name, unit, values }))
  }
}

function addWholePath(figures: Figures, threads: number, cost: Awaited<ReturnType<typeof wholePath>>): void {
  figures.add(rateOf(threads), 'deliveries/s', cost.perSecond)
  for (const part of ['main', 'writer', 'senders', 'other'] as const) {
    figures.add(cpuOf(threads, part), 'µs', cost.times[part])
  }
}

function rateOf(threads: number): string {
  return `${threads} sender threads`
}

function cpuOf(threads: number, part: string): string {
  return `${threads} sender threads: CPU of ${part}`
}

/** A thread that costs so many µs for each delivery does 1,000,000 of these a second at most, if it has a core. */
function estimate(figures: Figures): Measurement[] {
  const bound = (threads: number, part: string, cores: number) =>
    figures.values(cpuOf(threads, part)).map((micros) => (cores * 1_000_000) / micros)
  const unit = 'deliveries/s'
  const note =
    'From CPU per delivery; the lowest of the three is the limit. Collector and compiler need a core as well.'
  return [
    { name: 'bound of the main thread that sends too', unit, values: bound(0, 'main', 1), note },
    { name: 'bound of the main thread beside sender threads', unit, values: bound(1, 'main', 1), note },
    { name: 'bound of the storage thread', unit, values: bound(1, 'writer', 1), note },
    {
      name: `bound of ${SENDERS_OF_8_CORES} sender threads`,
      unit,
      values: bound(1, 'senders', SENDERS_OF_8_CORES),
      note,
    },
  ]
}

function number(name: string, fallback: number): number {
  const index = process.argv.indexOf(name)
  return index === -1 ? fallback : Number(process.argv[index + 1])
}

if (import.meta.main) {
  console.log(`${cpus().length} cores, Node ${process.version}`)
  const quick = process.argv.includes('--quick')
  const measurements = await measure({ rounds: number('--rounds', 3), quick, log: (line) => console.log(line) })
  for (const { name, unit, values } of measurements) {
    const sorted = [...values].sort((a, b) => a - b)
    const median = sorted[sorted.length >> 1] ?? Number.NaN
    console.log(`${name}: ${median.toFixed(median < 1000 ? 1 : 0)} ${unit} (${sorted.map(Math.round).join(', ')})`)
  }
}
