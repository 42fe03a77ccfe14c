// Owns the rows of the table of routes under "Test receivers".
import { GAP_FRAME } from '../delivery-stream.ts'
import { PageOf, PageQuery } from '../page.ts'
import { Closed, IdInput } from '../schema.ts'
import {
  CLEARED_FRAME,
  REQUEST_FRAME,
  ReceivedCleared,
  ReceivedGap,
  ReceivedRequest,
  TestReceiver,
  TestReceiverCreate,
} from '../test-receiver.ts'
import type { Route } from './route.ts'
import { lastEventId } from './route-parts.ts'

const TestReceiverParams = Closed({ testReceiverId: IdInput('testReceiver') })

export const TEST_RECEIVERS_ROUTES = {
  createTestReceiver: {
    method: 'POST',
    path: '/v1/test-receivers',
    tag: 'Test receivers',
    summary: 'Make a URL that keeps what it is sent, to try things out',
    scope: 'webhooks:write',
    capability: 'manage',
    body: TestReceiverCreate,
    status: 201,
    response: TestReceiver,
  },
  listTestReceivers: {
    method: 'GET',
    path: '/v1/test-receivers',
    tag: 'Test receivers',
    summary: 'List test receivers, newest first',
    scope: 'webhooks:read',
    capability: 'view',
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(TestReceiver),
  },
  updateTestReceiver: {
    method: 'PATCH',
    path: '/v1/test-receivers/:testReceiverId',
    tag: 'Test receivers',
    summary: 'Change what a test receiver answers',
    scope: 'webhooks:write',
    capability: 'manage',
    params: TestReceiverParams,
    body: TestReceiverCreate,
    status: 200,
    response: TestReceiver,
  },
  deleteTestReceiver: {
    method: 'DELETE',
    path: '/v1/test-receivers/:testReceiverId',
    tag: 'Test receivers',
    summary: 'Delete a test receiver with what it has kept',
    scope: 'webhooks:write',
    capability: 'manage',
    params: TestReceiverParams,
    status: 204,
  },
  listReceivedRequests: {
    method: 'GET',
    path: '/v1/test-receivers/:testReceiverId/requests',
    tag: 'Test receivers',
    summary: 'List the last requests that a test receiver got, newest first',
    // They show the values of custom headers, which who may only read sees masked elsewhere.
    scope: 'webhooks:write',
    capability: 'manage',
    params: TestReceiverParams,
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(ReceivedRequest),
  },
  streamReceivedRequests: {
    method: 'GET',
    path: '/v1/test-receivers/:testReceiverId/requests/stream',
    tag: 'Test receivers',
    summary: 'Watch what a test receiver gets live',
    scope: 'webhooks:write',
    capability: 'manage',
    params: TestReceiverParams,
    query: Closed({ ...lastEventId }),
    status: 200,
    streams: { [REQUEST_FRAME]: ReceivedRequest, [GAP_FRAME]: ReceivedGap, [CLEARED_FRAME]: ReceivedCleared },
  },
  clearReceivedRequests: {
    method: 'DELETE',
    path: '/v1/test-receivers/:testReceiverId/requests',
    tag: 'Test receivers',
    summary: 'Forget the requests that a test receiver has kept',
    scope: 'webhooks:write',
    capability: 'manage',
    params: TestReceiverParams,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
