// Owns the rows of the table of routes under "Calls".

import Type from 'typebox'
import { Call, CallDetail, CallParams } from '../call.ts'
import { HistoryOf, HistoryQuery } from '../page.ts'
import { Closed, IdInput, Words } from '../schema.ts'
import { CALL_STATES, SOURCE_KINDS } from '../source.ts'
import type { Route } from './route.ts'
import { timeRange } from './route-parts.ts'

export const CALLS_ROUTES = {
  listCalls: {
    method: 'GET',
    path: '/v1/calls',
    tag: 'Calls',
    summary: 'List calls, newest first by their first event',
    scope: 'events:read',
    capability: 'view',
    query: Closed({
      status: Type.Optional(
        Type.String({
          title: 'CallStatus',
          minLength: 1,
          maxLength: 256,
          description: 'Only calls whose last known `data.call_status` is this',
          examples: ['ongoing'],
        }),
      ),
      state: Type.Optional(Words(CALL_STATES)),
      provider: Type.Optional(Words(SOURCE_KINDS)),
      agentId: Type.Optional(IdInput('agent')),
      number: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 256,
          description:
            'Only calls from or to this number. Of a telephone number the digits are compared, so that spaces, hyphens and a `+` that was not encoded do not matter',
        }),
      ),
      ...timeRange,
      ...HistoryQuery,
    }),
    status: 200,
    response: HistoryOf(Call),
  },
  getCall: {
    method: 'GET',
    path: '/v1/calls/:callId',
    tag: 'Calls',
    summary: 'Get a call: what its source said, and its events in order, with their deliveries and attempts',
    scope: 'events:read',
    capability: 'view',
    params: CallParams,
    status: 200,
    response: CallDetail,
  },
} as const satisfies Readonly<Record<string, Route>>
