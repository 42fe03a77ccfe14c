// Owns which calls cross to the storage thread and back as flat values, and how. The others cross as they are: they are few.
//
// Rows of the hot path as one list of texts and numbers cross at a quarter of the cost of JSON text and a fifth of that of
// cloned objects (docs/performance.md).
import type { StorageMethod } from '../../interface/forwarding-storage.ts'
import type {
  AcceptEventsResult,
  AcceptRequest,
  AttemptResult,
  ClaimedDelivery,
  LeaseOffer,
  RecordAttemptsResult,
} from '../../storage.ts'
import {
  FlatReader,
  type FlatValues,
  FlatWriter,
  readAcceptEventsResult,
  readClaimed,
  readOffer,
  readRecordAttemptsResult,
  readRequest,
  readResult,
  writeAcceptEventsResult,
  writeClaimed,
  writeOffer,
  writeRecordAttemptsResult,
  writeRequest,
  writeResult,
} from './flat-rows.ts'

export type CallMethod = StorageMethod | 'start' | 'stop'

/** One side writes what the other one reads. */
interface Crossing<Value> {
  write(writer: FlatWriter, value: Value): void
  read(values: FlatReader): Value
}

interface FlatCall<Args, Reply> {
  readonly args: Crossing<Args>
  readonly reply: Crossing<Reply>
}

/** The arguments of a batch: its rows, and what may be leased on the way. */
function batchOf<Row>(
  writeRow: (writer: FlatWriter, row: Row) => void,
  readRow: (values: FlatReader) => Row,
): Crossing<readonly [readonly Row[], LeaseOffer]> {
  return {
    write(writer, [rows, offer]) {
      writeOffer(writer, offer)
      writer.rows(rows, writeRow)
    },
    read(values) {
      const offer = readOffer(values)
      return [values.rows(readRow), offer]
    },
  }
}

const acceptEvents: FlatCall<readonly [readonly AcceptRequest[], LeaseOffer], AcceptEventsResult> = {
  args: batchOf(writeRequest, readRequest),
  reply: { write: writeAcceptEventsResult, read: readAcceptEventsResult },
}

const recordAttempts: FlatCall<readonly [readonly AttemptResult[], LeaseOffer], RecordAttemptsResult> = {
  args: batchOf(writeResult, readResult),
  reply: { write: writeRecordAttemptsResult, read: readRecordAttemptsResult },
}

const claimDue: FlatCall<readonly [LeaseOffer, number], readonly ClaimedDelivery[]> = {
  args: {
    write(writer, [offer, now]) {
      writeOffer(writer, offer)
      writer.values.push(now)
    },
    read: (values) => [readOffer(values), values.next()],
  },
  reply: {
    write: (writer, claimed) => writer.rows(claimed, writeClaimed),
    read: (values) => values.rows(readClaimed),
  },
}

/** Arguments and result of a method are what the interface says of it: a typed caller is on the other side. */
const FLAT: ReadonlyMap<CallMethod, FlatCall<readonly unknown[], unknown>> = new Map<
  CallMethod,
  FlatCall<readonly unknown[], unknown>
>([
  ['acceptEvents', acceptEvents],
  ['recordAttempts', recordAttempts],
  ['claimDue', claimDue],
])

/** A value as it is, or as flat values. */
export type Packed = { readonly plain: unknown } | { readonly flat: FlatValues }

export function packArgs(method: CallMethod, args: readonly unknown[]): Packed {
  return pack(FLAT.get(method)?.args, args)
}

export function unpackArgs(method: CallMethod, packed: Packed): readonly unknown[] {
  // What is not flat is what was given to packArgs.
  return unpack(FLAT.get(method)?.args, packed) as readonly unknown[]
}

export function packReply(method: CallMethod, reply: unknown): Packed {
  return pack(FLAT.get(method)?.reply, reply)
}

export function unpackReply(method: CallMethod, packed: Packed): unknown {
  return unpack(FLAT.get(method)?.reply, packed)
}

function pack<Value>(crossing: Crossing<Value> | undefined, value: Value): Packed {
  if (crossing === undefined) return { plain: value }
  const writer = new FlatWriter()
  crossing.write(writer, value)
  return { flat: writer.values }
}

function unpack(crossing: Crossing<unknown> | undefined, packed: Packed): unknown {
  if ('plain' in packed) return packed.plain
  return crossing?.read(new FlatReader(packed.flat))
}
