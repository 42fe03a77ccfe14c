// Owns a response that goes on: server-sent events over a response that nothing on the way may keep, change or compress.
// Must never write to a response that is closed.
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StreamSink } from '../../insight/stream/delivery-feed.ts'

/** Writes the frames of a stream, from now on. */
export type StreamStart = (sink: StreamSink) => void

/** nginx keeps responses back unless it is told not to; whoever compresses does too. */
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** Takes the response from the framework, unless only its head is asked for. */
export function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  start: StreamStart,
  isAllowed: () => Promise<boolean>,
): FastifyReply {
  reply.headers(HEADERS)
  if (request.method === 'HEAD') {
    start(NOBODY)
    return reply.send()
  }
  const { raw } = reply
  reply.hijack()
  raw.writeHead(200, reply.getHeaders() as Record<string, string>) // none of ours is undefined
  raw.flushHeaders()
  // Frames are small, and are not to wait for one another.
  raw.socket?.setNoDelay(true)
  start(sinkOf(raw, isAllowed))
  return reply
}

/** Is closed already: whoever begins has nobody to write to, and ends. */
const NOBODY: StreamSink = {
  pendingBytes: 0,
  write: () => {},
  drained: () => Promise.resolve(),
  end: () => {},
  onClose: (listener) => listener(),
  isAllowed: () => Promise.resolve(false),
}

function sinkOf(response: ServerResponse, isAllowed: () => Promise<boolean>): StreamSink {
  const isClosed = () => response.destroyed || response.writableEnded
  return {
    get pendingBytes() {
      return response.writableLength
    },
    write(text) {
      if (!isClosed()) response.write(text)
    },
    drained() {
      if (isClosed() || !response.writableNeedDrain) return Promise.resolve()
      return new Promise((resolve) => {
        response.once('drain', resolve)
        response.once('close', resolve)
      })
    },
    end(text) {
      if (!isClosed()) response.end(text)
    },
    onClose(listener) {
      if (response.closed) listener()
      else response.once('close', listener)
    },
    isAllowed,
  }
}
