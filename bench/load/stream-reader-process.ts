// Owns the readers of the live stream, in a process of their own: they take their CPU from the same cores as the server, but not
// from its threads. Must never drop a frame that came.
import type { StreamRead, StreamReaderOrder } from './orders.ts'
import { StreamReader } from './stream-reader.ts'

let readers: StreamReader[] = []
let agesMs: number[] = []

process.on('disconnect', () => process.exit(0))
process.on('message', async (order: StreamReaderOrder) => {
  process.send?.(await obey(order))
})

async function obey(order: StreamReaderOrder): Promise<StreamRead> {
  switch (order.kind) {
    case 'open':
      for (let nth = 0; nth < order.readers; nth++) {
        const isProbe = nth % order.probeEvery === 0
        readers.push(new StreamReader(order.target, isProbe ? (ms) => void agesMs.push(ms) : undefined))
      }
      await Promise.all(readers.map(({ opened }) => opened))
      return read()
    case 'take':
      return read()
    case 'close':
      for (const reader of readers) reader.stop()
      readers = []
      agesMs = []
      return read()
  }
}

function read(): StreamRead {
  const frames = readers.map((reader) => reader.frames)
  const given = { frames, open: readers.filter(({ isOpen }) => isOpen).length, agesMs }
  agesMs = []
  return given
}
