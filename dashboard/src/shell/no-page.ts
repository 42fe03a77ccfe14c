// Owns what is said of an address that leads nowhere, as the service would say it.
import { NotFoundError } from '@getsupervisor/agents-studio-sdk'

export const NO_PAGE = new NotFoundError({ code: 'ROUTE_NOT_FOUND', status: 404, message: '' })
