import { readFileSync } from 'node:fs'
import type * as contract from '@timbre/contract/routes.ts'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type * as sdk from '../sdk/src/index.ts'
import { sdkTypes } from './sdk-types.ts'

describe("the SDK's generated types", () => {
  test('are current', async () => {
    const file = readFileSync(new URL('../sdk/src/resources.generated.ts', import.meta.url), 'utf8')
    expect(file, 'Run: node scripts/sdk-types.ts').toBe(await sdkTypes())
  })

  test('are what the routes answer and take', () => {
    expectTypeOf<contract.RouteResponse<'getWebhook'>>().toExtend<sdk.Webhook>()
    expectTypeOf<sdk.Webhook>().toExtend<contract.RouteResponse<'getWebhook'>>()
    expectTypeOf<sdk.WebhookCreate>().toExtend<contract.RouteBody<'createWebhook'>>()
    expectTypeOf<sdk.WebhookUpdate>().toExtend<contract.RouteBody<'updateWebhook'>>()
    expectTypeOf<contract.RouteResponse<'getDelivery'>>().toExtend<sdk.Delivery>()
    expectTypeOf<contract.RouteResponse<'getEvent'>>().toExtend<sdk.EventDetail>()
    expectTypeOf<contract.RouteResponse<'testWebhook'>>().toExtend<sdk.TestResult>()
    expectTypeOf<sdk.ListDeliveriesQuery>().toExtend<contract.RouteQuery<'listDeliveries'>>()
    expectTypeOf<sdk.ErrorCode>().toEqualTypeOf<import('@timbre/contract/errors.ts').ErrorCode>()
  })
})
